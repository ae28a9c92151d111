"""``appliance storage``: what is kept, how long there is room, what is missing."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.errors import EXIT_OK, NotFoundError
from appliance.ledger import Ledger
from appliance.preservation import Damages, Inspection, Reconciliation
from appliance.retention import capacity, usage
from appliance.spool import Spool

GB, MIB = 1 << 30, 1 << 20


def run(context: Context) -> int:
    """Do what is asked. Raises NotFoundError, StateError."""
    actions = {"show": _show, "plan": _plan, "recall": _recall, "missing": _missing}
    return actions[context.arguments.action](context)


def _show(context: Context) -> int:
    folder = _existing(context.configuration.data_dir)
    free_bytes = shutil.disk_usage(folder).free
    body: dict[str, Any] = {
        "free_mib": free_bytes // MIB,
        "refused_under_mib": context.configuration.receiver.min_free_mib,
        "early_under_mib": _early_mib(context),
        "kept": [],
        "reports": {"objects": 0, "mib": 0.0},
        "studies_due_in_days": {},
    }
    if context.configuration.ledger_path.exists():
        with opened_ledger(context) as ledger:
            body["kept"] = [_used(each) for each in usage.used(ledger)]
            body["studies_due_in_days"] = usage.next_looks(ledger, SYSTEM_CLOCK.wall())
            body |= _looks(ledger, context)
        body["reports"] = _folder(context.configuration.outbox_dir)
    _tell(context, body, _shown(context, body))
    return EXIT_OK


def _looks(ledger: Ledger, context: Context) -> dict[str, Any]:
    """How the checks stand."""
    last = Inspection(context.configuration, ledger).last()
    found = Reconciliation(ledger)
    name = context.configuration.preservation.archive_destination
    return {
        "last_check_began_at": iso8601(last.begun_at) if last else None,
        "last_check_ended_at": iso8601(last.ended_at) if last and last.ended_at else None,
        "files_checked": last.files if last else 0,
        "files_damaged": len(Damages(ledger).open()),
        "studies_looked_for": found.looked_for(name),
        "studies_lacking": len(found.lacking()),
    }


def _used(each: usage.Used) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "remains": each.remains,
        "objects": each.objects,
        "mib": round(each.size_bytes / MIB, 1),
    }


def _folder(folder: Path) -> dict[str, Any]:
    sizes = [file.stat().st_size for file in folder.glob("*.dcm")]
    return {"objects": len(sizes), "mib": round(sum(sizes) / MIB, 1)}


def _shown(context: Context, body: dict[str, Any]) -> Iterator[Sequence[str]]:
    say = context.texts.say
    yield [say(f"storage.{name}") for name in ("kind", "remains", "objects", "mib")]
    for each in body["kept"]:
        what = (say(f"storage.{each['kind']}"), say(f"storage.{each['remains']}"))
        yield [*what, str(each["objects"]), f"{each['mib']:.1f}"]
    reports = body["reports"]
    what = (say("storage.reports"), say("storage.whole"))
    yield [*what, str(reports["objects"]), f"{reports['mib']:.1f}"]
    for name in ("free_mib", "refused_under_mib", "early_under_mib"):
        yield [say(f"storage.{name}"), "", "", str(body[name])]
    for days, studies in body["studies_due_in_days"].items():
        yield [say("storage.due", days=days), "", str(studies), ""]
    for name in ("files_checked", "files_damaged", "studies_looked_for", "studies_lacking"):
        if name in body:
            yield [say(f"storage.{name}"), "", str(body[name]), ""]


def _plan(context: Context) -> int:
    arguments, table = context.arguments, capacity.figures()["modality"]
    modality = arguments.modality.upper()
    if modality not in table:
        known = ", ".join(sorted(table))
        raise NotFoundError(f"there are no figures of {modality}", "", f"known are {known}")
    rate = _rate(context)
    exams = arguments.exams_per_month
    if exams is None:
        if rate is None:
            what = "this box has not received enough to tell a rate"
            raise NotFoundError(what, "", "say how many with --exams-per-month")
        exams = rate.studies_a_day * capacity.YEAR_DAYS / capacity.MONTHS
    exam = capacity.exam_of(
        modality, arguments.images, arguments.image_mb, arguments.compression or 1.0
    )
    plan = capacity.plan(exam, exams, _room(context), context.configuration.retention)
    body = asdict(plan) | {
        "verified": capacity.figures()["verified"],
        "source": capacity.figures()["source"],
        "measured_bytes_a_day": rate.bytes_a_day if rate else None,
        "measured_studies_a_day": rate.studies_a_day if rate else None,
        "measured_days": plan.room_bytes / rate.bytes_a_day if rate and rate.bytes_a_day else None,
    }
    _tell(context, body, _planned(context, body))
    return EXIT_OK


def _planned(context: Context, body: dict[str, Any]) -> Iterator[Sequence[str]]:
    say = context.texts.say

    def line(name: str, value: float | None, unit: str, by: float = 1.0) -> list[str]:
        number = say("storage.for_ever") if value is None else f"{value / by:,.1f}"
        return [say(f"storage.plan_{name}"), number, "" if value is None else unit]

    yield line("exams_per_month", body["exams_per_month"], "")
    yield line("year_images_bytes", body["year_images_bytes"], "GB", GB)
    yield line("bytes_a_day", body["bytes_a_day"], "MB", MIB)
    yield line("room_bytes", body["room_bytes"], "GB", GB)
    yield line("days", body["days"], "d")
    yield line("balance_bytes", body["balance_bytes"], "GB", GB)
    if body["fits"] is not None:
        yield [say("storage.plan_fits"), say(f"storage.{'yes' if body['fits'] else 'no'}"), ""]
    if body["measured_bytes_a_day"] is not None:
        yield line("measured_bytes_a_day", body["measured_bytes_a_day"], "MB", MIB)
        yield line("measured_studies_a_day", body["measured_studies_a_day"], "")
        yield line("measured_days", body["measured_days"], "d")
    yield [say("storage.unverified"), "", ""]


def _rate(context: Context) -> usage.Rate | None:
    if not context.configuration.ledger_path.exists():
        return None
    with opened_ledger(context) as ledger:
        return usage.recent_rate(ledger, SYSTEM_CLOCK.wall())


def _room(context: Context) -> float:
    """Bytes until room is made early; of the disk to buy, all but that."""
    reserve = (context.configuration.receiver.min_free_mib or 0) * MIB
    gb = context.arguments.disk_gb
    whole = gb * GB if gb else shutil.disk_usage(_existing(context.configuration.data_dir)).free
    return max(float(whole - reserve), 0.0)


def _recall(context: Context) -> int:
    study = context.arguments.study
    with opened_ledger(context) as ledger:
        spool = Spool(context.configuration.spool_dir, ledger, SYSTEM_CLOCK)
        gone = spool.reductions.of_study(study)
        if not gone:
            raise NotFoundError("nothing of this study was dropped or removed", study)
        count = spool.reductions.recall(gone, SYSTEM_CLOCK.wall())
    key = "storage.recalled" if context.configuration.archive.host else "storage.recalled_by_hand"
    context.say(key, count=count)
    return EXIT_OK


def _missing(context: Context) -> int:
    body: dict[str, Any] = {"damaged": [], "lacking": []}
    if context.configuration.ledger_path.exists():
        with opened_ledger(context) as ledger:
            body["damaged"] = [
                asdict(each) | {"found_at": iso8601(each.found_at)}
                for each in Damages(ledger).open()
            ]
            body["lacking"] = [
                asdict(each) | {"asked_at": iso8601(each.asked_at)}
                for each in Reconciliation(ledger).lacking()
            ]
    _tell(context, body, _lists(context, body))
    return EXIT_OK


def _lists(context: Context, body: dict[str, Any]) -> Iterator[Sequence[str]]:
    say = context.texts.say
    if not (body["damaged"] or body["lacking"]):
        yield [say("storage.nothing_missing"), "", ""]
    for each in body["damaged"]:
        yield [each["condition"], each["path"], each["sop_instance_uid"]]
    for each in body["lacking"]:
        for uid in each["missing"]:
            yield [each["destination"], each["study_instance_uid"], uid]


def _tell(context: Context, body: dict[str, Any], lines: Iterator[Sequence[str]]) -> None:
    if context.arguments.format == "json":
        print(json.dumps(body, ensure_ascii=False))  # noqa: T201 - what was asked for
    else:
        print(columns(list(lines), right=frozenset({2, 3})))  # noqa: T201 - what was asked for


def _early_mib(context: Context) -> int:
    early = context.configuration.retention.early_mib
    return context.configuration.receiver.min_free_mib + early if early else 0


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
