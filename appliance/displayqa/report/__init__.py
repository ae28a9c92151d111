"""The report of a display's test: for people as HTML and PDF, for programs as CSV and JSON.

One HTML page is the report, whatever it is read on; the PDF is that page on A4. Nothing in it is
asked for from anywhere, and the same test by the same software gives the same bytes.

**Knows:** what a report says, in which order and in which words, and how its charts are drawn.
**Does not know:** how a display is judged, or where sessions and reports are kept.
"""
