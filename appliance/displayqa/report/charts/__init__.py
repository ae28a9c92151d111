"""The charts of a report, as SVG that stands in its page.

**Knows:** how a response, contrast errors, a screen, chromaticities and a history are drawn.
**Does not know:** what of it is good: limits come with what is drawn.
"""
