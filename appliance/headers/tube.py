"""X-Ray sources: voltage and current of each tube of an irradiation, from its slices.

Each image states the mean current that it was made with. Where the tube is modulated, the mean over
the slices of one even reconstruction is the mean over the reconstructed length, and the greatest
slice is the greatest mean of a slice: the tube may have peaked higher within a rotation.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from appliance.dose.record import Number, Sourced, XRaySource
from appliance.headers.acquisition import Acquisition
from appliance.headers.element import named
from appliance.headers.refusal import Why
from appliance.headers.slice import Slice
from appliance.headers.statement import COPIED, Statement, distinct, origin_at
from appliance.headers.volume import Volume, widest
from appliance.headers.words import FIRST_SOURCE, source_letter

VOLTAGE = "KVP"
CURRENT = "XRayTubeCurrent"
ADDITIONAL, PATHS = "CTAdditionalXRaySourceSequence", "MultienergyCTXRaySourceSequence"
TENTH = Decimal("0.1")


def tubes(said: Statement) -> dict[str, Any]:
    """The first source's values, how many there are, and the further ones (rows 13 to 19).

    Several sources are stated by the CT Additional X-Ray Source Sequence or the multi-energy
    sequences, or are told apart by the letters that consoles put into Image Type.
    """
    letters = _by_letter(said.acquisition)
    if letters and FIRST_SOURCE not in letters:
        voltages = distinct(each.technique.kvp for each in said.acquisition.slices)
        said.refuse("kvp", Why.OTHER_SOURCE, VOLTAGE, voltages)
        return {}
    if len(letters) > 1:
        return _by_images(said, letters)
    first = _tube(said, said.acquisition.volume, said.acquisition.slices)
    return _as_first(first) | (_by_items(said) if first.kvp else {})


def _as_first(source: XRaySource) -> dict[str, Any]:
    return {
        "kvp": source.kvp,
        "tube_current_ma": source.tube_current_ma,
        "tube_current_max_ma": source.tube_current_max_ma,
    }


def _by_letter(acquisition: Acquisition) -> Mapping[str, Volume]:
    """The widest reconstruction of each source's own images."""
    found: dict[str, list[Volume]] = defaultdict(list)
    for volume in acquisition.reconstructions:
        letter = source_letter(volume.slices[0].technique)
        if letter:
            found[letter].append(volume)
    return {letter: widest(found[letter]) for letter in sorted(found)}


def _by_images(said: Statement, volumes: Mapping[str, Volume]) -> dict[str, Any]:
    first, *further = (_tube(said, volume, volume.slices) for volume in volumes.values())
    number = said.computed(Decimal(len(volumes)), f"sources in {named('ImageType')}")
    return _as_first(first) | {"x_ray_sources": number, "further_sources": tuple(further)}


def _by_items(said: Statement) -> dict[str, Any]:
    """Sources as the sequences of an image state them; an enhanced image states all it has."""
    slices = said.acquisition.volume.slices
    further = {len(each.technique.further_sources) for each in slices}
    paths = {path for each in slices for path in each.technique.source_ids}
    if further == {0} and not paths and not slices[0].technique.is_enhanced:
        return {}
    if len(further) > 1:
        said.refuse("x_ray_sources", Why.DIFFERS, ADDITIONAL, sorted(further))
        return {}
    count = max(1 + further.pop(), len(paths))
    number = said.computed(Decimal(count), f"items of {named(PATHS if paths else ADDITIONAL)}")
    sources = range(len(slices[0].technique.further_sources))
    return {
        "x_ray_sources": number,
        "further_sources": tuple(_further(said, at) for at in sources),
    }


def _further(said: Statement, at: int) -> XRaySource:
    """Item ``at`` of the CT Additional X-Ray Source Sequence of every slice."""
    slices = said.acquisition.volume.slices
    items = [each.technique.further_sources[at] for each in slices]
    voltages = {item.kvp for item in items}
    kvp = voltages.pop() if len(voltages) == 1 else None
    origin = origin_at(slices[0], COPIED, f"item {at + 1} of {named(ADDITIONAL)}")
    mean, greatest = _over(said, [item.tube_current_ma for item in items], origin.detail)
    return XRaySource(
        kvp=None if kvp is None else Sourced(kvp, str(kvp), origin),
        tube_current_ma=mean,
        tube_current_max_ma=greatest,
    )


def _tube(said: Statement, volume: Volume, slices: Sequence[Slice]) -> XRaySource:
    """The source that made ``volume``, of whose images ``slices`` are all."""
    kvp = said.agreed("kvp", VOLTAGE, lambda each: each.technique.kvp, slices)
    if kvp is None:
        return XRaySource()
    mean, greatest = _over(said, [each.tube_current_ma for each in volume.slices], named(CURRENT))
    return XRaySource(kvp=kvp, tube_current_ma=mean, tube_current_max_ma=greatest)


Currents = tuple[Number | None, Number | None]


def _over(said: Statement, currents: Sequence[Decimal | None], attribute: str) -> Currents:
    """Mean and greatest of the slices' currents; refused unless all state one, evenly spaced.

    The greatest may be of places with several slices, but none may be missing.
    """
    stated = [each for each in currents if each is not None]
    if not stated:
        return None, None
    if len(stated) < len(currents):
        said.refuse("tube_current_ma", Why.NOT_IN_ALL, CURRENT, distinct(stated))
        return None, None
    first = said.acquisition.volume.slices[0]
    if len(set(stated)) == 1:
        same = Sourced(stated[0], str(stated[0]), origin_at(first, COPIED, attribute))
        return same, same
    of_all = f"{attribute} of {len(stated)} images"
    greatest = said.computed(max(stated), f"greatest {of_all}")
    volume = said.acquisition.volume
    is_part = not volume.is_spaced_evenly or said.acquisition.lacks_images
    if is_part or not volume.is_even:
        said.refuse("tube_current_ma", Why.UNEVEN, CURRENT, distinct(stated))
        return None, None if is_part else greatest
    mean = (sum(stated, Decimal(0)) / len(stated)).quantize(TENTH)
    return said.computed(mean, f"mean {of_all}"), greatest
