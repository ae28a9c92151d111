"""Updates: a second slot is written, tried, and kept only when the box is well with it.

Signed bundles come by stick or HTTPS, RAUC checks them and writes the slot that is not in use, the
boot loader is told to try it, and whatever does not prove itself well in time is left again.

**Knows:** the two slots, what the boot loaders of both boards need to be told and in which order,
what a bundle says of itself, which versions may follow each other, and the trial of a slot.
**Does not know:** what makes a box well, sticks, and who may install (``services``); the tables of
the ledger, but for the versions of its schema.
"""
