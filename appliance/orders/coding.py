"""The JJ1017 code of an examination, from what its images and its order say, as sequence items.

What was performed goes before what was scheduled, a protocol before a procedure. The first place
that has a JJ1017 code, or a local code that the site's table maps, counts; the others are not mixed
in.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from pydicom import Dataset

from appliance.config import JJ1017
from appliance.orders.code_table import CodeTable
from appliance.orders.completing import is_sound, item_of
from appliance.orders.jj1017 import JJ1017Code, fault_of, is_jj1017, is_supplement
from appliance.orders.order import Code, Order, codes, items

PLACES = ("PerformedProtocolCodeSequence", "PerformedProcedureCodeSequence")
"""Of a header, for what was performed."""
PROCEDURE = "ProcedureCodeSequence"
PLACEMENTS = {
    "performed-procedure": ("PerformedProcedureCodeSequence",),
    "procedure": (PROCEDURE,),
    "both": ("PerformedProcedureCodeSequence", PROCEDURE),
    "nowhere": (),
}
"""Setting ``jj1017.placement`` → attributes of the report."""


@dataclass(frozen=True, slots=True)
class Coding:
    """What is written, and the local codes that found nothing."""

    codes: tuple[Code, ...] = ()
    unmapped: tuple[Code, ...] = ()


def coding(header: Dataset, order: Order | None, table: CodeTable, settings: JJ1017) -> Coding:
    """The code of the examination that ``header`` and ``order`` are about."""
    unmapped: list[Code] = []
    for place in _places(header, order):
        written = tuple(_written(place, table, settings))
        if written:
            return Coding(written)
        unmapped += [code for code in place if code not in unmapped]
    return Coding((), tuple(unmapped))


def placed(found: Coding, header: Dataset, settings: JJ1017) -> Dataset:
    """The attributes that hold ``found``, behind what ``header`` holds in them."""
    holder = Dataset()
    for keyword in PLACEMENTS[settings.placement] if found.codes else ():
        present = codes(header, keyword)
        new = [each for each in found.codes if each not in present]
        if new:
            kept = deepcopy(items(header, keyword))
            setattr(holder, keyword, [*kept, *map(item_of, new)])
    return holder


def _places(header: Dataset, order: Order | None) -> Iterator[tuple[Code, ...]]:
    yield from (codes(header, keyword) for keyword in PLACES)
    if order is not None:
        yield order.scheduled_protocol_codes
        yield order.requested_procedure_codes
    for item in items(header, "RequestAttributesSequence"):
        yield codes(item, "ScheduledProtocolCodeSequence")
        yield codes(item, "RequestedProcedureCodeSequence")
    yield codes(header, PROCEDURE)


def _written(found: Sequence[Code], table: CodeTable, settings: JJ1017) -> Iterator[Code]:
    """The codes to write for those that stand in one place."""
    for code in dict.fromkeys(found):
        if is_jj1017(code) and not fault_of(code.value):
            yield from _as_it_came(code, settings)
        elif row := table.find(code):
            pair = (row.meaning, code.meaning)
            meaning = next(filter(None, pair if settings.meaning == "table" else pair[::-1]), "")
            yield from _split(row.jj1017, meaning, settings)


def _as_it_came(code: Code, settings: JJ1017) -> Iterator[Code]:
    """A code that is JJ1017 already: its own scheme and version where the value fits."""
    whole = Code(code.value, code.scheme, code.version, code.meaning or code.value)
    if is_sound(whole):
        if settings.write_16s or not is_supplement(code):
            yield whole
    else:
        yield from _split(JJ1017Code(code.value), code.meaning, settings)


def _split(code: JJ1017Code, meaning: str, settings: JJ1017) -> Iterator[Code]:
    """Ten digits as they are, else sixteen and sixteen: Code Value (0008,0100) holds no more."""
    main = settings.designator_10 if code.is_short else settings.designator_16m
    text = meaning or code.value
    yield Code(code.main, main, settings.scheme_version, text)
    if code.supplement and settings.write_16s:
        yield Code(code.supplement, settings.designator_16s, settings.scheme_version, text)
