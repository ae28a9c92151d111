"""Luminance meters: what each is asked, what its answer means, and when an answer is believed.

**Knows:** the dialogue of each meter as bytes and values, the settings of its line, how it is found
and named, which answers are no measurement, and how many must agree before one is.
**Does not know:** which pattern is shown, what a reading is compared with, and where it is kept.

A dialogue is a generator: it yields what is sent and how the answer ends, is given the answer, and
returns a value. So it is tried without any line; ``conversation`` runs it over one.
"""
