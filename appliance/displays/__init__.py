"""Displays and what happened in the tests of them: entered once, never overwritten.

**Knows:** the tables ``display_entry``, ``display_session`` and ``display_happening``: which
displays there are, as each was entered, and the happenings of every session in their order; and
``display_pairing``: which page in a browser shows which display.
**Does not know:** what a happening means, or whether a display is good (``displayqa``).
"""
