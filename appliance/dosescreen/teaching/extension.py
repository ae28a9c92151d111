"""A layout that was taught before, taught again by another screen of the same console."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from appliance.dosescreen.teaching.draft import Draft
from appliance.dosescreen.wording import folded
from appliance.errors import RefusedError

T = TypeVar("T")
CODES = ("types", "phantoms", "suffixes")
STRICTER = ("required", "anchor", "labels")
"""What holds of a column only when every screen says so."""


def extended(earlier: Draft, draft: Draft) -> Draft:
    """A draft that reads what both read: words, phrases, decimals and columns of either.

    Raises RefusedError for a word that means one thing in one and another in the other.
    """
    both: Draft = {**earlier, **draft}
    for table in CODES:
        both[table] = _codes(earlier.get(table, {}), draft.get(table, {}))
    both["identity"] = {**earlier.get("identity", {}), **draft.get("identity", {})}
    both["hints"] = _common(earlier["hints"], draft["hints"])
    kept = [each for each in earlier["match"]["phrases"] if each in draft["match"]["phrases"]]
    both["match"] = {**draft["match"], "phrases": kept}
    both["units"] = {"words": _once([*earlier["units"]["words"], *draft["units"]["words"]])}
    both["column"] = _tables(earlier["column"], draft["column"], _column)
    both["total"] = _tables(earlier["total"], draft["total"], _total)
    return both


def is_same(one: Draft, other: Draft) -> bool:
    """Whether two drafts read alike, whenever they were taught."""
    told = {"provenance", "version"}
    return {k: v for k, v in one.items() if k not in told and v} == {
        k: v for k, v in other.items() if k not in told and v
    }


def _codes(earlier: Mapping[str, str], later: Mapping[str, str]) -> dict[str, str]:
    words = {folded(word): word for word in later}
    for word, code in earlier.items():
        same = words.get(folded(word))
        if same is not None and later[same] != code:
            what = f"{word} was taught as {code}, and now stands for {later[same]}"
            raise RefusedError(what, "", "correct what was typed, or give another name")
    return {**{w: code for w, code in earlier.items() if folded(w) not in words}, **later}


def _tables(earlier: list[Draft], later: list[Draft], unite: Any) -> list[Draft]:  # noqa: ANN401 - a function of two tables or one
    before = {each["name"]: each for each in earlier}
    after = {each["name"]: each for each in later}
    return [unite(before.get(name), after.get(name)) for name in _once([*after, *before])]


def _column(earlier: Draft | None, later: Draft | None) -> Draft:
    """A column of one screen alone is one that some versions lack."""
    if earlier is None or later is None:
        alone = {**(earlier or later or {})}
        alone.pop("required", None)
        return alone | {"optional": True}
    both = {**earlier, **later, "headers": _once([*earlier["headers"], *later["headers"]])}
    for key in STRICTER:
        if not (earlier.get(key) and later.get(key)):
            both.pop(key, None)
    return _with_decimals(both, earlier, later)


def _total(earlier: Draft | None, later: Draft | None) -> Draft:
    if earlier is None or later is None:
        raise RefusedError("one of the screens prints a total that the other does not")
    both = {**later, "phrases": _once([*earlier["phrases"], *later["phrases"]])}
    return _with_decimals(both, earlier, later)


def _with_decimals(both: Draft, earlier: Draft, later: Draft) -> Draft:
    if "decimals" in both:
        places = {*earlier.get("decimals", ()), *later.get("decimals", ())}
        both["decimals"] = sorted(places)
    return both


def _common(earlier: Mapping[str, T], later: Mapping[str, T]) -> dict[str, T]:
    return {key: value for key, value in later.items() if earlier.get(key) == value}


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
