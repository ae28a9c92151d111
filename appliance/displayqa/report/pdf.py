"""A report as PDF: its HTML page on A4, the letters that it needs embedded."""

from appliance.displayqa.report.page import as_html
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Language
from appliance.errors import MissingToolError


def as_pdf(of: Subject, language: Language) -> bytes:
    """The same test by the same software gives the same bytes.

    Takes about 110 MiB while it works. Raises MissingToolError where Pango is not installed.
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415 - loads Pango, which nobody else needs
        from weasyprint.urls import URLFetcher  # noqa: PLC0415 - the same
    except OSError as missing:
        remedy = "install the Debian packages of packages.txt"
        raise MissingToolError("the PDF cannot be made", str(missing), remedy) from missing
    nothing = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    page = HTML(string=as_html(of, language), url_fetcher=nothing, base_url=None)
    made: bytes = page.write_pdf()
    return made
