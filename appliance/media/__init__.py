"""Removable media: sticks, folders and discs with DICOM files, a directory and pages to read.

**Knows:** file-sets (PS3.10, PS3.12) and their DICOMDIR, the IHE PDI layout, pages for people
without a program, encryption for a recipient, ISO images, which sticks the site enrolled, that a
medium is read back before anything counts, and what may be taken back from one.
**Does not know:** which reports are due (``outbox``), how identity is taken out (``deidentify``),
and who plugs a stick in (``services``).
"""
