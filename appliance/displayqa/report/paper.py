"""A process of its own that makes PDF of the HTML on its standard input; ``pdf`` starts it."""

import sys

from weasyprint import HTML
from weasyprint.urls import URLFetcher


def main() -> None:
    """From standard input to standard output. Whatever the page asked for would end it."""
    nothing = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    page = HTML(string=sys.stdin.buffer.read().decode(), url_fetcher=nothing)
    sys.stdout.buffer.write(page.write_pdf())


if __name__ == "__main__":
    main()
