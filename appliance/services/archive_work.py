"""A backfill put together: its rooms, its hands, and what it came to.

**Knows:** which rooms a backfill takes, where what it reads goes, and how its studies ended.
**Does not know:** the order of its steps (``backfill``); the command line.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import RefusedError
from appliance.ledger import Ledger, open_ledger
from appliance.retrieve import Kind, Progress, Span, State, Turn
from appliance.services.archive_access import pace, retriever, spool_of
from appliance.services.backfill import Backfill, Order, our_turn
from appliance.services.bench import Bench
from appliance.services.crew import ClusterCrew, Crew, LocalCrew
from appliance.services.estimate import Estimate
from appliance.spool import Spool

Told = Callable[[Estimate], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person asks of a backfill.

    Attributes:
        first: The first day, included.
        last: The last day, included.
        modality: Of the studies.
        workers: Processes that read; 0: one fewer than there are cores.
        scheduler: Address of a Dask scheduler whose workers read instead.
        output: A folder of its own for what is fetched, read and reported, instead of the box's.
        again: List the days again, and look again at what had nothing or is held back.
    """

    first: date
    last: date
    modality: str = "CT"
    workers: int = 0
    scheduler: str = ""
    output: Path | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of the studies of a span, and the same by kind of study.

    ``studies`` counts by ``reported``, ``quarantined``, ``set-aside``, ``held``, ``nothing``,
    ``failed`` and ``waiting`` (not looked at yet, or read and not decided); ``kinds`` counts what
    was read, by scanner, layout and reason; ``missing`` are the studies, by day, of which the
    archive has or gives nothing.
    """

    studies: Counter[str]
    kinds: Counter[tuple[Kind, str]]
    missing: tuple[tuple[str, str, str], ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing waits for the archive, or for a person."""
        return not sum(self.studies[each] for each in ("waiting", "failed", "held", "quarantined"))


def backfill(
    configuration: Configuration, wish: Wish, clock: Clock, stopping: threading.Event, tell: Told
) -> Summary:
    """Read the archive as wished; returns what came of all its studies so far.

    Raises ConfigurationError without an archive, RefusedError when another backfill runs, and as
    ``Backfill.run``.
    """
    settled = _placed(configuration, wish)
    span = Span(settled.archive.ae_title, wish.modality, wish.first, wish.last)
    settled.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    with our_turn(Turn(settled.data_dir)), opened(settled) as ledger:
        bench = Bench(settled, ledger, clock, stopping)
        spool = spool_of(settled, ledger, clock)
        progress = Progress(ledger, clock)
        work = Backfill(
            configuration=settled,
            order=order_for(settled, span, again=wish.again),
            bench=bench,
            retriever=retriever(settled, ledger, spool, clock),
            progress=progress,
            crew=_crew(bench, wish),
            pace=pace(settled, clock),
            clock=clock,
            stopping=stopping,
            tell=tell,
        )
        if wish.output:
            _settle(bench)
        work.run()
        if wish.output:
            _settle(bench)
        return summary(progress, spool, span)


def dry_run(
    configuration: Configuration, wish: Wish, clock: Clock, stopping: threading.Event, tell: Told
) -> Summary:
    """Ask the archive what there is and fetch nothing; ``waiting`` are those with something."""
    settled = _placed(configuration, wish)
    settled.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    missing = []
    steps = pace(settled, clock)
    with opened(settled) as ledger:
        asked = retriever(settled, ledger, spool_of(settled, ledger, clock), clock)
        days = Span("", wish.modality, wish.first, wish.last).days
        estimate = Estimate.of(len(days), clock)
        for day in days:
            if not steps.wait(lambda: not stopping.is_set()):
                break
            steps.took()
            for study in asked.archive.studies(day, wish.modality):
                if not steps.wait(lambda: not stopping.is_set()):
                    break
                steps.took()
                found = asked.look(study.study_instance_uid, wish.modality)
                counts["waiting" if found else "nothing"] += 1
                if not found:
                    missing.append((study.study_instance_uid, str(day), ""))
            estimate = estimate.one_more(clock, steps.share_of_day)
            tell(estimate)
        asked.archive.rest()
    return Summary(counts, Counter(), tuple(missing))


def summary(progress: Progress, spool: Spool, span: Span) -> Summary:
    """What came of the studies of a span so far."""
    studies: Counter[str] = Counter()
    kinds: Counter[tuple[Kind, str]] = Counter()
    missing = []
    for study in progress.studies(span):
        ended = study.state in (State.ENDED, State.HELD)
        end = _end(spool, study.study_instance_uid, study.state)
        studies[end] += 1
        if ended:
            kinds[study.kind, end] += 1
        elif study.state in (State.NOTHING, State.FAILED):
            missing.append((study.study_instance_uid, study.day, study.kind.reason))
    return Summary(studies, kinds, tuple(missing))


def _end(spool: Spool, study: str, state: State) -> str:
    if state is State.ENDED:
        decision = spool.last_decision(study)
        return "waiting" if decision is None else str(decision.outcome)
    return "waiting" if state in (State.FOUND, State.FETCHED) else str(state)


def order_for(configuration: Configuration, span: Span, *, again: bool) -> Order:
    """What is to be done, with the site's settings."""
    archive, recogniser = configuration.archive, configuration.recogniser
    return Order(
        span=span,
        again=again,
        most_cases=max(archive.most_cases, recogniser.confirm_first),
        images=archive.images == "needed",
    )


@contextmanager
def opened(configuration: Configuration) -> Iterator[Ledger]:
    """The ledger for the block."""
    ledger = open_ledger(configuration.ledger_path)
    try:
        yield ledger
    finally:
        ledger.close()


def _placed(configuration: Configuration, wish: Wish) -> Configuration:
    if wish.output is None:
        return configuration
    if configuration.archive.method == "move":
        what = "objects that an archive sends by C-MOVE go to the receiver"
        raise RefusedError(what, "--output", "leave it out, or let the archive answer C-GET")
    return replace(configuration, data_dir=wish.output.absolute())


def _crew(bench: Bench, wish: Wish) -> Crew:
    box = bench.study_work.understander
    return ClusterCrew(box, wish.scheduler) if wish.scheduler else LocalCrew(box, wish.workers)


def _settle(bench: Bench) -> None:
    """Do what persons decided: no recogniser works on a folder of a backfill's own."""
    while bench.work_next():
        continue
