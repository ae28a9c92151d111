"""A test of a display from its first question to its verdict, as a row of happenings.

A session is nothing but what happened in it: what was read, seen and answered, by whom and with
what. From that follows what is still to be done, so it can be interrupted anywhere and resumed.

**Knows:** what a ruleset asks to be done on an occasion, in which order, and what the happenings
of a session amount to.
**Does not know:** how a pattern gets onto the display, how a meter is asked, or where happenings
are kept: those are arguments.
"""
