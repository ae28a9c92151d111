"""Backups: the whole box in one encrypted file, and another box made of it.

**Knows:** what belongs to a box, how its ledger is copied while others write to it, the file and
its encryption (the age format), how many of them stay on a medium, and how a box takes the place of
what was there at once or not at all.
**Does not know:** which objects are still needed (``retention``), which sticks are the site's
(``media``), when a backup is made, and who is told.
"""
