"""Charts for people: shapes and letters on paper, scales and axes, as SVG or PNG.

**Knows:** where a value is on the paper, and how a line, a box and a text are drawn.
**Does not know:** what is drawn, and what of it is good.
"""
