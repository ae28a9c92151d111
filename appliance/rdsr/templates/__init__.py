"""The templates of PS3.16, one function each.

**Knows:** which content item a row asks for, and which value of the record goes there.
**Does not know:** the modules around the content tree (``document``), and whether what it made
conforms (``conformance`` has its own table of the same rows).
"""
