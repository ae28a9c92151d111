"""Dose in perspective: a site's usual doses beside diagnostic reference levels.

**Knows:** the examinations that reference levels are stated for, the tables of levels with the
source of each figure and whether anybody has verified it, how an examination is matched with one
of them, and the statistics that are compared.
**Does not know:** where the doses are kept (``doses``), and what is done about a median that is
above.
"""
