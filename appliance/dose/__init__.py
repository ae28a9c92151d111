"""What a CT dose report says.

**Knows:** irradiation events, totals, phantoms, where each value came from, what can be doubted
about them, and which arithmetic they must satisfy.
**Does not know:** pixels, DICOM objects, vendors, files or databases.
"""
