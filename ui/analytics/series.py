"""What a chart shows, without drawing anything."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """One colour of a chart: a value per category. `colour` counts through the theme's series colours."""

    name: str
    values: tuple[int, ...]
    colour: int = 0


@dataclass(frozen=True)
class ChartData:
    """Categories with their stacked series. `noun` names what is counted: "customers"."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    noun: str
    full_names: tuple[str, ...] = ()
    """The categories in full, for tooltips and the table, where the axis shortens them."""

    @property
    def totals(self) -> tuple[int, ...]:
        """The height of each stack."""
        return tuple(sum(series.values[place] for series in self.series) for place in range(len(self.categories)))

    @property
    def total(self) -> int:
        """Everything together."""
        return sum(self.totals)

    def name(self, category: int) -> str:
        """A category in full."""
        return (self.full_names or self.categories)[category]

    def sentence(self, category: int, series: int) -> str:
        """What one bar says: "Business, active: 1,204 customers (38% of business)"."""
        of = self.series[series]
        value, whole = of.values[category], self.totals[category]
        share = f" ({round(100 * value / whole)}%)" if whole and len(self.series) > 1 else ""
        named = f"{self.name(category)}, {of.name.lower()}" if len(self.series) > 1 else self.name(category)
        noun = self.noun.removesuffix("s") if value == 1 else self.noun
        return f"{named}: {value:,} {noun}{share}"


def nice_step(highest: int, ticks: int = 4) -> int:
    """A round distance between axis labels: 1, 2 or 5 times a power of ten, at least 1."""
    rough = max(1.0, highest / max(1, ticks))
    power = 1
    while power * 10 <= rough:
        power *= 10
    return next(int(power * factor) for factor in (1, 2, 5, 10) if power * factor >= rough)


def short(number: int) -> str:
    """A number for an axis: 950, 12k, 1.5M."""
    for limit, suffix in ((1_000_000, "M"), (10_000, "k")):
        if number >= limit:
            unit = 1_000_000 if suffix == "M" else 1_000
            text = f"{number / unit:.1f}".removesuffix(".0")
            return f"{text}{suffix}"
    return f"{number:,}"


def thin(labels: Sequence[str], most: int) -> list[tuple[int, str]]:
    """At most `most` labels with their places, evenly spread and ending with the last."""
    step = max(1, -(-len(labels) // max(1, most)))
    first = (len(labels) - 1) % step if labels else 0
    return [(place, labels[place]) for place in range(first, len(labels), step)]
