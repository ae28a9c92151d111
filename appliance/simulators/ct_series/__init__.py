"""CT studies as image objects, with the headers that four makers' consoles write.

**Knows:** which attributes each maker's images carry, how series and acquisitions are numbered, and
what a reconstruction repeats of its acquisition.
**Does not know:** who reads them; how a dose screen is drawn (``simulators.consoles``).
"""
