"""``appliance backfill``: past studies, and a table of what came of them."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration
from appliance.config.setting import HOURS
from appliance.errors import EXIT_OK, EXIT_QUARANTINED, RefusedError
from appliance.services.archive_work import Summary, Wish, backfill, dry_run
from appliance.services.estimate import Estimate
from appliance.services.signals import ended_by_signal

TOLD_EVERY_S = 10.0
ENDS = ("reported", "quarantined", "set-aside", "held", "nothing", "failed", "waiting")
"""How studies end, in the order of the table."""


def run(context: Context) -> int:
    """Backfill; exit code 1 when something waits for a person, failed or is left to do.

    Raises ConfigurationError without an archive, ArchiveRefusalError, RefusedError, StateError.
    """
    arguments = context.arguments
    wish = Wish(
        first=arguments.first,
        last=arguments.last,
        modality=arguments.modality,
        workers=arguments.workers,
        scheduler=arguments.scheduler,
        output=arguments.output,
        again=arguments.again,
    )
    if wish.last < wish.first:
        raise RefusedError("the last day is before the first", "--to")
    work = dry_run if arguments.dry_run else backfill
    told = _Teller(context)
    summary = work(_configured(context), wish, SYSTEM_CLOCK, ended_by_signal(), told.tell)
    if arguments.format == "json":
        print(json.dumps(as_json(summary), ensure_ascii=False))  # noqa: T201 - what was asked for
    else:
        print("\n".join(_lines(summary, context)))  # noqa: T201 - the same
    return EXIT_OK if summary.is_complete else EXIT_QUARANTINED


def as_json(summary: Summary) -> dict[str, Any]:
    """The keys of docs/retrieve.md."""
    return {
        "studies": {end: summary.studies[end] for end in ENDS},
        "kinds": [
            {
                "scanner": kind.scanner,
                "layout": kind.layout,
                "reason": kind.reason,
                "end": end,
                "studies": count,
            }
            for (kind, end), count in sorted(summary.kinds.items())
        ],
        "missing": [
            {"study": study, "day": day, "reason": reason} for study, day, reason in summary.missing
        ],
    }


class _Teller:
    """Says on standard error how far it is, now and then."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._told_s = SYSTEM_CLOCK.monotonic()

    def tell(self, estimate: Estimate) -> None:
        now = SYSTEM_CLOCK.monotonic()
        if now - self._told_s < TOLD_EVERY_S and estimate.done < estimate.total:
            return
        self._told_s = now
        hours, minutes = divmod(round(estimate.left_s / 60), 60)
        line = self._context.texts.say(
            "backfill.progress",
            done=estimate.done,
            total=estimate.total,
            rate=f"{60 * estimate.per_s:.1f}",
            left=f"{hours}:{minutes:02}",
        )
        sys.stderr.write(f"{line}\n")


def _configured(context: Context) -> Configuration:
    """The configuration with the rate and hours of the command line."""
    arguments, archive = context.arguments, context.configuration.archive
    if arguments.rate is not None:
        if arguments.rate < 0:
            raise RefusedError("must not be negative", "--rate")
        archive = replace(archive, studies_per_min=arguments.rate)
    if arguments.hours is not None:
        if not re.fullmatch(HOURS.pattern, arguments.hours):
            raise RefusedError(f"must be {HOURS.words}", "--hours")
        archive = replace(archive, hours=arguments.hours)
    return replace(context.configuration, archive=archive)


def _lines(summary: Summary, context: Context) -> Iterator[str]:
    say = context.texts.say
    total = sum(summary.studies.values())
    yield say("backfill.studies", count=total)
    ends = [[say(f"backfill.{end}"), str(summary.studies[end])] for end in ENDS]
    yield columns(ends, right=frozenset({1}))
    rows = [[say(f"backfill.{name}") for name in ("scanner", "layout", "end", "reason", "count")]]
    rows += [_row(kind, context) for kind in sorted(summary.kinds.items())]
    if len(rows) > 1:
        yield ""
        yield columns(rows, right=frozenset({4}))
    if summary.missing:
        days: Counter[str] = Counter(day[:7] for _, day, _ in summary.missing)
        months = ", ".join(f"{month}: {count}" for month, count in sorted(days.items()))
        yield ""
        yield say("backfill.missing", months=months)


def _row(kind: Any, context: Context) -> list[str]:  # noqa: ANN401 - an item of kinds
    (of, end), count = kind
    said = context.texts.say(f"backfill.{end}")
    return [of.scanner or "-", of.layout or "-", said, of.reason or "-", str(count)]
