"""Quality assurance of displays: what was measured of a monitor, and what a standard makes of it.

**Knows:** the grayscale standard display function, the quantities that the standards compute from
readings, their limits as data with source and whether anybody has verified them, the meters'
dialogues and the test patterns.
**Does not know:** where results are kept, when a test is due, who shows a pattern, and patients.
"""
