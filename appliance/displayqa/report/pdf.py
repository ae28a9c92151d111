"""A report as PDF: its HTML page on A4, the letters that it needs embedded.

It is made in a process of its own: what lays it out is native code that takes about 150 MiB, and
gives them back only when its process ends. One is made at a time.
"""

import subprocess
import sys
import threading

from appliance.displayqa.report.page import as_html
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Language
from appliance.errors import MissingToolError, StateError

MODULE = "appliance.displayqa.report.paper"
LONGEST_S = 300
_TURN = threading.Lock()
REMEDY = "install the Debian packages of packages.txt"


def as_pdf(of: Subject, language: Language) -> bytes:
    """The same test by the same software gives the same bytes. Raises as ``pdf_of``."""
    return pdf_of(as_html(of, language).encode())


def pdf_of(page: bytes) -> bytes:
    """An HTML page, in UTF-8 and with everything it needs in it, on paper.

    Raises MissingToolError where it cannot be laid out, StateError when that does not end.
    """
    command = [sys.executable, "-P", "-m", MODULE]
    try:
        with _TURN:
            made = subprocess.run(
                command, input=page, capture_output=True, check=False, timeout=LONGEST_S
            )
    except subprocess.TimeoutExpired as late:
        raise StateError(f"a PDF was not made within {LONGEST_S} s") from late
    if made.returncode:
        last = made.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise MissingToolError("the PDF cannot be made", last, REMEDY)
    return made.stdout
