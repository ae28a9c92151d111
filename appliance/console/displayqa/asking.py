"""A request to these pages, and a page of theirs as its answer."""

from typing import Any

from starlette.responses import Response

from appliance.console import asking
from appliance.console.displayqa.desk import Desk
from appliance.displayqa.evaluation import Verdict

Asked = asking.Asked[Desk]
Answer = asking.Answer[Desk]
VERDICTS = {str(each): each.meaning for each in Verdict}


def page(asked: Asked, template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - whatever the template wants
    """A template of these pages, filled; who asks is who signs."""
    return asked.page(f"displayqa/{template}", status, verdicts=VERDICTS, **values)
