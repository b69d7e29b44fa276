"""Values in words, and scales with round steps."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10

from crm_desktop.analytics.shapes import ChartData, Value, is_currency

NOTHING = "–"
YEAR_MARK = "’"
_SUFFIXES = ((1_000_000_000, "B"), (1_000_000, "M"), (10_000, "k"))


def value_text(value: Value | None, unit: str) -> str:
    """A value as exact as a person wants it: "1,204", "38.5 %", "1,204.50 EUR"."""
    if value is None:
        return NOTHING
    if is_currency(unit):
        return f"{value:,.2f} {unit}"
    if unit == "%":
        return f"{_plain(value, 1)} %"
    return _plain(value, 1)


def counted_text(value: Value | None, unit: str) -> str:
    """The same with what is counted: "1 customer", "1,204 customers"."""
    text = value_text(value, unit)
    if value is None or is_currency(unit) or unit == "%":
        return text
    return f"{text} {unit.removesuffix('s') if value == 1 else unit}"


def number_text(value: Value | None, unit: str) -> str:
    """The number alone, beside a heading that says the unit."""
    text = value_text(value, unit)
    return text.removesuffix(f" {unit}") if is_currency(unit) or unit == "%" else text


def short_text(value: Value) -> str:
    """For an axis: 950, 12k, 1.5M, 0.5."""
    for limit, suffix in _SUFFIXES:
        if abs(float(value)) >= limit:
            unit = 1_000 if suffix == "k" else limit
            return f"{_plain(float(value) / unit, 1)}{suffix}"
    return _plain(round(float(value)) if abs(float(value)) >= 1_000 else value, 2)


def change_text(value: Value | None, before: Value | None) -> str:
    """How much more or less: "+12 %", "−3 %", "new"; "" where there is nothing to compare."""
    if value is None or before is None:
        return ""
    if not before:
        return "new" if value else ""
    change = 100 * (float(value) - float(before)) / abs(float(before))
    if not change:
        return "0 %"
    digits = 0 if abs(change) >= 10 else 1
    return f"{'−' if change < 0 else '+'}{_plain(abs(change), digits)} %"


def nice_step(span: float, ticks: int = 4, *, whole: bool = True) -> float:
    """A round distance between the labels of an axis: 1, 2 or 5 times a power of ten; of `whole` numbers at least 1."""
    rough = max(1.0 if whole else 1e-9, span / max(1, ticks))
    power = 10.0 ** floor(log10(rough) + 1e-12)
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    return max(1.0, round(step)) if whole else step


def thin(labels: Sequence[str], most: int, *, monthly: bool = False) -> list[int]:
    """The places of at most `most` labels, evenly spread and ending with the last. Of months, those of whole parts of a
    year with its January, which tells the year."""
    step = max(1, -(-len(labels) // max(1, most)))
    first = (len(labels) - 1) % step if labels else 0
    if monthly and step > 1:
        step = next((each for each in (2, 3, 4, 6, 12) if each >= step), -(-step // 12) * 12)
        january = next((place for place, label in enumerate(labels) if YEAR_MARK in label), 0)
        first = january % step
    return list(range(first, len(labels), step))


def steps_between(low: float, high: float, step: float) -> list[float]:
    """The multiples of `step` from `low` to `high`."""
    return [number * step for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def is_whole(data: ChartData) -> bool:
    """Whether only whole numbers make sense on its axis."""
    shown = (v for s in data.series for v in (*s.values, *s.previous) if v is not None)
    return not is_currency(data.unit) and data.unit != "%" and all(float(value).is_integer() for value in shown)


def _plain(value: Value, digits: int) -> str:
    text = f"{float(value):,.{digits}f}" if not isinstance(value, int) else f"{value:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text
