"""Charts of orders and what they amount to. Amounts are of one currency at a time: sums across several mean nothing."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from .counting import ORDERS, REVENUE
from .picking import in_currency, with_orders, within
from .shapes import ChartData, Question
from .timelines import Line, timeline

COUNTS = "orders that are neither cancelled nor refunded"


def currencies(session: Session) -> list[str]:
    """Those in which there are orders that count as revenue, the one with the most orders first."""
    found = session.execute(
        text(
            "SELECT part FROM crm.figures WHERE measure = 'orders' GROUP BY part HAVING sum(amount) > 0"
            " ORDER BY sum(amount) DESC, part"
        )
    )
    return [currency for (currency,) in found]


def chosen_currency(session: Session, question: Question) -> str:
    """The currency that is asked for, else the one with the most orders; "" where there is no order at all."""
    return question.currency or next(iter(currencies(session)), "")


def revenue(session: Session, question: Question) -> ChartData:
    """What orders amount to in each day, week or month of the period."""
    currency = chosen_currency(session, question)
    return timeline(
        session,
        question,
        REVENUE,
        [
            Line(
                "revenue",
                "Revenue",
                (currency,),
                filter=lambda bucket: with_orders(
                    in_currency(currency), within("ordered_at", bucket.first, bucket.last)
                ),
            )
        ],
        key="revenue",
        kind="bars",
        title="Revenue",
        explanation=f"Totals of {COUNTS}, by the local day of the order",
        unit=currency,
    )


def orders(session: Session, question: Question) -> ChartData:
    """How many orders there are in each day, week or month of the period, in every currency."""
    return timeline(
        session,
        question,
        ORDERS,
        [
            Line(
                "orders",
                "Orders",
                filter=lambda bucket: with_orders(within("ordered_at", bucket.first, bucket.last)),
            )
        ],
        key="orders",
        kind="bars",
        title="Orders",
        explanation=f"The number of {COUNTS}, by local day and in all currencies",
        unit="orders",
    )
