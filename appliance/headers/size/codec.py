"""Sizes as text, so that they outlive the pixels they were taken from."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from appliance.headers.size.patient import Size
from appliance.headers.size.refusal import Unfit
from appliance.headers.size.slice_size import SliceSize


def sizes_to_text(sizes: Iterable[SliceSize]) -> str:
    """JSON; numbers come back as they were."""
    return json.dumps([_to_json(each) for each in sizes], ensure_ascii=False, sort_keys=True)


def sizes_from_text(text: str) -> tuple[SliceSize, ...]:
    """What ``sizes_to_text`` was given; raises ValueError, KeyError or TypeError for other text."""
    return tuple(map(_from_json, json.loads(text)))


def _to_json(each: SliceSize) -> dict[str, Any]:
    body = {name: getattr(each, name) for name in SliceSize.__slots__}
    z_mm = None if each.z_mm is None else str(each.z_mm)
    size = str(each.size) if isinstance(each.size, Unfit) else asdict(each.size)
    return body | {"z_mm": z_mm, "size": size}


def _from_json(body: dict[str, Any]) -> SliceSize:
    z_mm, size = body["z_mm"], body["size"]
    return SliceSize(
        **body
        | {
            "z_mm": None if z_mm is None else Decimal(z_mm),
            "size": Size(**size) if isinstance(size, dict) else Unfit(size),
        }
    )
