"""What one value of a chart says, in a sentence for screen readers and as rows beside the pointer."""

from __future__ import annotations

import html

from crm_desktop.analytics.shapes import ChartData
from ui.analytics.numbers import change_text, counted_text, value_text
from ui.theme import Tokens

MOST_ROWS = 8


def sentence(data: ChartData, category: int, series: int) -> str:
    """ "Businesses, active: 1,204 customers (38 %); before: 1,100 (+9.5 %)"."""
    of = data.series[series]
    value = of.values[category]
    named = data.categories[category].full
    if len(data.series) > 1:
        named = f"{named}, {of.name[:1].lower()}{of.name[1:]}" if of.name[1:2].islower() else f"{named}, {of.name}"
    words = f"{named}: {counted_text(value, data.unit)}{_share(data, category, series)}"
    earlier = of.previous[category] if of.previous else None
    if earlier is not None:
        change = change_text(value, earlier)
        words += f"; before: {value_text(earlier, data.unit)}{f' ({change})' if change else ''}"
    return words


def rows_html(data: ChartData, category: int, series: int, tokens: Tokens) -> str:
    """The category, and what each series says there; the one that is meant stands out."""
    made = [f"<div style='font-weight:600'>{html.escape(data.categories[category].full)}</div>"]
    shown = range(len(data.series))
    if data.kind == "grid" or len(data.series) > MOST_ROWS:
        shown = range(series, series + 1)
    lines = [_row(data, category, number, number == series, tokens) for number in shown]
    if data.kind == "stacked" and len(data.series) > 1:
        lines.append(_line("", "Total", value_text(data.totals[category], data.unit)))
    return f"{''.join(made)}<table cellspacing='0' cellpadding='1'>{''.join(lines)}</table>"


def explained(data: ChartData) -> str:
    """The explanation, and the unit where neither title nor explanation name it."""
    named = f"{data.title} {data.explanation}".casefold()
    if not data.unit or data.unit.casefold() in named:
        return data.explanation
    return f"{data.explanation} · in {data.unit}" if data.explanation else f"In {data.unit}"


def summary(data: ChartData) -> str:
    """The whole chart in one line, for who cannot see it."""
    if data.is_empty:
        return "Nothing to show"
    if data.kind in ("bars", "stacked") and len(data.categories) <= 12:
        parts = (
            f"{each.full} {value_text(total, data.unit)}"
            for each, total in zip(data.categories, data.totals, strict=True)
        )
        return ", ".join(parts)
    kinds = {"grid": "cells", "lines": "points"}.get(data.kind, "bars")
    number = len(data.categories) * len(data.series)
    return f"{number} {kinds}, from {data.categories[0].full} to {data.categories[-1].full}"


def _row(data: ChartData, category: int, series: int, meant: bool, tokens: Tokens) -> str:
    of = data.series[series]
    value = of.values[category]
    text = f"{value_text(value, data.unit)}{_share(data, category, series) if meant else ''}"
    weight = "600" if meant and len(data.series) > 1 else "400"
    colour = tokens.series[of.colour % len(tokens.series)]
    swatch = f"<span style='color:{colour}'>■</span>" if len(data.series) > 1 and data.kind != "grid" else ""
    made = _line(swatch, of.name, text, weight)
    if meant and of.previous and (earlier := of.previous[category]) is not None:
        change = change_text(value, earlier)
        made += _line("", "Before", f"{value_text(earlier, data.unit)}{f' ({change})' if change else ''}")
    return made


def _line(swatch: str, name: str, text: str, weight: str = "400") -> str:
    return (
        f"<tr style='font-weight:{weight}'><td>{swatch}</td><td style='padding-right:10px'>{html.escape(name)}</td>"
        f"<td align='right'>{html.escape(text)}</td></tr>"
    )


def _share(data: ChartData, category: int, series: int) -> str:
    value, whole = data.series[series].values[category], data.totals[category]
    if data.kind != "stacked" or len(data.series) < 2 or value is None or not whole:
        return ""
    return f" ({round(100 * float(value) / float(whole))} %)"
