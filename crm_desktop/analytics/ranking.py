"""Charts of what has no order of its own: the largest first, and what is left together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .shapes import Category, Filter, Series, Value

MOST = 15
OTHER = "other"


def largest(amounts: Mapping[str, Value], before: Mapping[str, Value] | None = None, most: int = MOST) -> list[str]:
    """The keys with the largest amounts, then those that had some before, at most so many."""
    keys = {**amounts, **(before or {})}
    return sorted(keys, key=lambda key: (-amounts.get(key, 0), key))[:most]


def ranked(
    amounts: Mapping[str, Value],
    before: Mapping[str, Value] | None,
    name: Callable[[str], str],
    *,
    key: str,
    title: str,
    filter: Callable[[str], Filter],
    rest_filter: Callable[[Sequence[str]], Filter] | None = None,
    most: int = MOST,
) -> tuple[tuple[Category, ...], tuple[Series, ...]]:
    """Categories and the one series of such a chart. `before` is None where nothing is compared; `rest_filter` lists
    what is behind everything but the keys that are shown."""
    keys = largest(amounts, before, most)
    rest = {each: amount for each, amount in amounts.items() if each not in keys}
    categories = [Category(each, name(each)) for each in keys]
    values: list[Value] = [amounts.get(each, 0) for each in keys]
    previous: list[Value] = [(before or {}).get(each, 0) for each in keys]
    filters: list[Filter | None] = [filter(each) for each in keys]
    if rest:
        categories.append(Category(OTHER, "1 other" if len(rest) == 1 else f"{len(rest):,} others"))
        values.append(sum(rest.values(), 0))
        previous.append(sum((amount for each, amount in (before or {}).items() if each not in keys), 0))
        filters.append(rest_filter(keys) if rest_filter else None)
    series = Series(
        key, title, tuple(values), previous=tuple(previous) if before is not None else (), filters=tuple(filters)
    )
    return tuple(categories), (series,)
