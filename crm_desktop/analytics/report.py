"""The report of a month: what happened in it, beside the month before, in figures and in every chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.periods import Clock, shifted
from crm_desktop.loyalty.kinds import EARNED

from .charts import CHARTS, ChartSpec
from .counting import ACQUIRED, INTERACTIONS, ORDERS, POINTS, REVENUE, Kept, counted_in
from .of_revenue import currencies
from .shapes import ChartData, Period, Question, Value
from .words import period_words

Tell = Callable[[float, str], None]


@dataclass(frozen=True)
class Headline:
    """One figure of the first page. `unit` is a currency for money, else a plural noun."""

    title: str
    value: Value
    previous: Value
    unit: str


@dataclass(frozen=True)
class Report:
    """Figures first, then the charts that have anything to show, in the order of the Analytics tab."""

    title: str
    question: Question
    headlines: tuple[Headline, ...]
    charts: tuple[tuple[ChartSpec, ChartData], ...]

    @property
    def before(self) -> str:
        """The month before, in words."""
        before = self.question.before
        return period_words(before) if before else ""


def month_of(day: date) -> Period:
    """The whole calendar month of a day."""
    first = day.replace(day=1)
    return Period(first, shifted(first, months=1) - timedelta(days=1))


def last_month(clock: Clock) -> Period:
    """The latest month that is over."""
    return month_of(clock.today.replace(day=1) - timedelta(days=1))


def monthly(
    session: Session, month: Period, clock: Clock | None = None, tell: Tell = lambda _share, _text: None
) -> Report:
    """Reads the report, all of it as of one moment: a transaction begins with it. Charts over time are by day; `tell`
    gets the share that is read and a text."""
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    clock = clock or Clock()
    question = Question(month, compare=True, clock=clock)
    charts = []
    for number, spec in enumerate(CHARTS):
        tell(number / len(CHARTS), f"Reading “{spec.title}”")
        data = spec.read(session, question)
        if not data.is_empty:
            charts.append((spec, data))
    return Report(f"Monthly report, {period_words(month)}", question, _headlines(session, question), tuple(charts))


def _headlines(session: Session, question: Question) -> tuple[Headline, ...]:
    def one(title: str, kept: Kept, unit: str, parts: tuple[str, ...] | None = None, sign: int = 1) -> Headline:
        now = counted_in(session, kept, question.period, question.clock)
        before = counted_in(session, kept, question.before, question.clock)

        def together(amounts: dict[str, Value]) -> Value:
            return sign * sum((amount for part, amount in amounts.items() if parts is None or part in parts), 0)

        return Headline(title, together(dict(now)), together(dict(before)), unit)

    found = [
        one("New customers", ACQUIRED, "customers"),
        one("Interactions", INTERACTIONS, "interactions"),
        one("Orders", ORDERS, "orders"),
        *(one("Revenue", REVENUE, currency, (currency,)) for currency in currencies(session)),
        one("Points earned", POINTS, "points", EARNED),
        one("Points redeemed", POINTS, "points", ("redeem",), -1),
    ]
    return tuple(each for each in found if each.value or each.previous or each.unit in ("customers", "interactions"))
