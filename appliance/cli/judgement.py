"""What came of a display, written out for people."""

from collections.abc import Iterator

from appliance.cli.columns import columns
from appliance.cli.limits import item_name
from appliance.cli.texts import Texts
from appliance.displayqa.certainty import Certainty
from appliance.displayqa.evaluation import Evaluation, Item, SeenItem
from appliance.displayqa.evaluation_record import READINGS, left_out
from appliance.displayqa.measurement import Measurements
from appliance.displayqa.ruleset import Kind
from appliance.displayqa.ruleset_record import limit_text

HEADER = ("item", "value", "limit", "result", "remark")
DIGITS = 6


def as_text(found: Evaluation, measured: Measurements, texts: Texts) -> str:
    """For people: the verdict, a row an item, and what it does not rest on."""
    heads = [
        texts.say(f"displayqa.{key}") for key in ("item", "value", "limit", "result", "remark")
    ]
    rows = [_row(each, texts) for each in found.items]
    parts = [
        f"{texts.pick(found.ruleset.title)} ({found.ruleset.document})",
        texts.pick(found.ruleset.note),
        columns([heads, *rows]) if rows else "",
        "\n".join(_seen(each, texts) for each in found.seen),
        "\n".join(_of_response(found, texts)),
        "\n".join(_remarks(found, measured, texts)),
        texts.say(
            "displayqa.verdict",
            verdict=texts.pick(found.verdict.meaning),
            test=texts.say(f"displayqa.{found.test or READINGS}"),
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def _row(item: Item, texts: Texts) -> list[str]:
    return [
        item_name(item.limit, texts),
        "-" if item.value is None else f"{float(item.value):.{DIGITS}g} {item.limit.quantity.unit}",
        limit_text(item.limit),
        texts.pick(item.verdict.meaning),
        "; ".join(_said_of(item, texts)),
    ]


def _said_of(item: Item, texts: Texts) -> Iterator[str]:
    if item.missing:
        about = ", ".join(item.missing.about)
        yield texts.pick(item.missing.absence.meaning) + (f" ({about})" if about else "")
    if item.uncertainty is not None:
        yield f"±{float(item.uncertainty):.2g}"
    if item.certainty is Certainty.WITHIN_UNCERTAINTY:
        yield texts.pick(item.certainty.meaning)
    if item.limit.kind is not Kind.REQUIRED:
        yield texts.pick(item.limit.kind.meaning)
    if not item.limit.verified:
        yield texts.say("displayqa.unverified")


def _seen(seen: SeenItem, texts: Texts) -> str:
    mark = "" if seen.check.verified else f" [{texts.say('displayqa.unverified')}]"
    verdict = texts.pick(seen.verdict.meaning)
    return f"{seen.check.identifier}: {texts.pick(seen.check.text)} {verdict}{mark}"


def _of_response(found: Evaluation, texts: Texts) -> Iterator[str]:
    if found.response:
        yield texts.say(
            "displayqa.response",
            kappa=f"{found.response.k_delta_percent:.{DIGITS}g}",
            interval=found.response.worst_interval,
        )
        if not found.response.is_monotone:
            yield texts.say("displayqa.not_monotone")
    if found.conformance:
        yield texts.say(
            "displayqa.conformance",
            order=found.conformance.fit_order,
            lum=f"{found.conformance.lum_jnd:.3g}",
        )


def _remarks(found: Evaluation, measured: Measurements, texts: Texts) -> Iterator[str]:
    if measured.ambient_cd_m2 is None:
        yield texts.say("displayqa.no_ambient")
    absent = left_out(found)
    if absent:
        yield texts.say("displayqa.not_judged", names=", ".join(absent))
    if found.uncertain:
        names = ", ".join(each.limit.identifier for each in found.uncertain)
        yield texts.say("displayqa.uncertain", names=names)
    if found.unverified:
        yield texts.say("displayqa.unverified_note", count=len(found.unverified))
