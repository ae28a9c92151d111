"""A server that asks to be left alone is left alone."""

from pathlib import Path

from appliance.destinations import Cause, Retry
from tests.services.test_courier import Days


def test_a_destination_is_left_alone_as_long_as_it_asks(tmp_path: Path) -> None:
    days = Days(tmp_path)
    days.archive.answer = Retry(Cause.SERVER_BUSY, "HTTP 503", after_s=7200.0)
    days.outbox.put(b"report", "1.2", "1.1", "9.9")
    days.pass_by(7100.0)
    assert len(days.archive.sent) == 1
    days.pass_by(600.0)
    assert len(days.archive.sent) == 2
