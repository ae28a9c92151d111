"""What was typed into a form, as a browser sends it (application/x-www-form-urlencoded)."""

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

LARGEST_BYTES = 256 * 1024
"""All settings with comments in Japanese are tens of KiB of text, and three times that here."""
TOO_LARGE, BAD = 413, 400


async def form_of(request: Request) -> dict[str, str]:
    """The last value of every field. Raises HTTPException for what no form of ours sends."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BYTES:
            raise HTTPException(TOO_LARGE)
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))
    except ValueError as failure:  # also UnicodeDecodeError
        raise HTTPException(BAD) from failure
