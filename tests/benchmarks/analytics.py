"""The figures of the Analytics tab, all together and chart by chart, and one customer's statistics, beside bare SQL."""

from __future__ import annotations

from uuid import UUID

from crm_desktop.analytics.charts import CHARTS, ChartSpec
from crm_desktop.analytics.one_customer import customer_figures
from crm_desktop.analytics.report import last_month, monthly
from crm_desktop.analytics.shapes import Period, Question
from crm_desktop.database.engine import Database
from crm_desktop.listing.periods import Clock
from tests.benchmarks.behind import behind_charts
from tests.benchmarks.floors import Floor
from tests.benchmarks.measure import Line, Target, side_by_side
from tests.benchmarks.run import Bench

SUMMARIES = Target(0.3)
ONE_CUSTOMER = Target(1.0, 0.040)
PERIOD = "last_12_months"
MOST_REPEATS = 5

_COUNTS = "status NOT IN ('cancelled', 'refunded')"
# What each standard chart tells, counted from the tables; %(first)s and %(last)s are the ends of the period.
STANDARD: dict[str, str] = {
    "customers": "SELECT customer_type, status, count(*) FROM crm.customers GROUP BY 1, 2",
    "acquired": "SELECT date_trunc('month', created_at), customer_type, count(*) FROM crm.customers"
    " WHERE created_at >= %(first)s AND created_at < %(last)s GROUP BY 1, 2",
    "sources": "SELECT source, status, count(*) FROM crm.customers GROUP BY 1, 2",
    "interactions": "SELECT type, count(*) FROM crm.customer_interactions"
    " WHERE created_at >= %(first)s AND created_at < %(last)s GROUP BY 1",
    "recent": "SELECT date_trunc('month', created_at), count(*) FROM crm.customer_interactions"
    " WHERE created_at >= %(first)s AND created_at < %(last)s GROUP BY 1",
    "employees": "SELECT user_id, count(*) FROM crm.customer_interactions"
    " WHERE created_at >= %(first)s AND created_at < %(last)s GROUP BY 1",
    "follow_ups": "SELECT follow_up < now(), count(*) FROM crm.customer_interactions"
    " WHERE status = 'pending' GROUP BY 1",
    "revenue": "SELECT date_trunc('month', ordered_at), currency, sum(total) FROM crm.orders"
    f" WHERE ordered_at >= %(first)s AND ordered_at < %(last)s AND {_COUNTS} GROUP BY 1, 2",
    "orders": "SELECT date_trunc('month', ordered_at), count(*) FROM crm.orders"
    f" WHERE ordered_at >= %(first)s AND ordered_at < %(last)s AND {_COUNTS} GROUP BY 1",
    "points": "SELECT date_trunc('month', created_at), kind, sum(points) FROM crm.loyalty_ledger"
    " WHERE created_at >= %(first)s AND created_at < %(last)s GROUP BY 1, 2",
}
_SOLD = (
    "SELECT {} FROM crm.orders o JOIN {} WHERE o.currency = 'EUR' AND o."
    + _COUNTS
    + (" AND o.ordered_at >= %(first)s AND o.ordered_at < %(last)s GROUP BY 1")
)
# The same of charts that are read when their group is opened.
ON_DEMAND: dict[str, str] = {
    "source_effectiveness": "SELECT c.source, count(DISTINCT c.id) FROM crm.customers c"
    " JOIN crm.orders o ON o.customer_id = c.id WHERE o." + _COUNTS + " GROUP BY 1",
    "cohorts": "SELECT a, b, count(DISTINCT id) FROM ("
    " SELECT c.id, date_trunc('month', c.created_at) AS a, date_trunc('month', i.created_at) AS b"
    " FROM crm.customers c JOIN crm.customer_interactions i ON i.customer_id = c.id"
    " WHERE c.created_at >= %(first)s AND i.created_at >= %(first)s AND i.created_at < %(last)s"
    " UNION ALL SELECT c.id, date_trunc('month', c.created_at), date_trunc('month', o.ordered_at)"
    " FROM crm.customers c JOIN crm.orders o ON o.customer_id = c.id"
    " WHERE c.created_at >= %(first)s AND o.ordered_at >= %(first)s AND o.ordered_at < %(last)s) x GROUP BY 1, 2",
    "punctuality": "SELECT assignee_id, completed_at > follow_up, count(*) FROM crm.customer_interactions"
    " WHERE follow_up >= %(first)s AND follow_up < %(last)s GROUP BY 1, 2",
    "response_time": "SELECT assignee_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY completed_at - follow_up)"
    " FROM crm.customer_interactions WHERE follow_up >= %(first)s AND follow_up < %(last)s GROUP BY 1",
    "revenue_by_country": _SOLD.format("c.country_key, sum(o.total)", "crm.customers c ON c.id = o.customer_id"),
    "top_customers": _SOLD.format("c.id, sum(o.total)", "crm.customers c ON c.id = o.customer_id")
    + " ORDER BY 2 DESC LIMIT 10",
    "top_products": _SOLD.format("l.product_id, sum(l.line_total)", "crm.order_lines l ON l.order_id = o.id")
    + " ORDER BY 2 DESC LIMIT 10",
    "top_categories": _SOLD.format(
        "p.category, sum(l.line_total)",
        "crm.order_lines l ON l.order_id = o.id JOIN crm.products p ON p.id = l.product_id",
    ),
    "source_revenue": "SELECT c.source, sum(o.total) FROM crm.customers c JOIN crm.orders o ON o.customer_id = c.id"
    " WHERE o.currency = 'EUR' AND o." + _COUNTS + " GROUP BY 1",
    "rfm": "SELECT width_bucket(orders, ARRAY[1, 2, 3, 6, 11]), last > now() - interval '90 days', count(*), sum(spent)"
    " FROM (SELECT customer_id, count(*)::int AS orders, max(ordered_at) AS last, sum(total) AS spent FROM crm.orders"
    " WHERE currency = 'EUR' AND " + _COUNTS + " GROUP BY 1) s GROUP BY 1, 2",
    "tier_flow": "SELECT from_tier, to_tier, count(*) FROM crm.loyalty_tier_changes"
    " WHERE created_at >= %(first)s AND created_at < %(last)s GROUP BY 1, 2",
}
ON_DEMAND["rfm_money"] = ON_DEMAND["rfm"]
# One customer: the rows themselves, and what the summaries hold of it.
_CUSTOMER = (
    "SELECT type, status, created_at, completed_at, outcome FROM crm.customer_interactions WHERE customer_id = %s",
    "SELECT ordered_at, status, currency, total FROM crm.orders WHERE customer_id = %s",
    "SELECT a.* FROM crm.customers c JOIN crm.loyalty_accounts a USING (user_id) WHERE c.id = %s",
    "SELECT l.kind, l.points FROM crm.customers c JOIN crm.loyalty_ledger l USING (user_id) WHERE c.id = %s",
)


def run(bench: Bench) -> None:
    bench.report.heading("Analytics")
    database = Database(bench.target, bench.username, bench.password)
    question = Question(Period.of(PERIOD, Clock()))
    try:
        _tab(bench, database, question)
        _charts(bench, database, question)
        behind_charts(bench, database, question)
        _one_customer(bench, database)
        _report(bench, database)
    finally:
        database.close()


def standard_charts(floor: Floor, question: Question) -> None:
    """The bare aggregates of all charts that the tab shows when it opens."""
    for statement in STANDARD.values():
        _bare(floor, statement, question)


def _bare(floor: Floor, statement: str, question: Question, period: Period | None = None) -> None:
    first, last = (period or question.period).span(question.clock)
    floor.connection.execute(statement, {"first": first, "last": last}, prepare=False).fetchall()  # type: ignore[arg-type]


def _tab(bench: Bench, database: Database, question: Question) -> None:
    standard = [spec for spec in CHARTS if spec.standard]

    def ours() -> None:
        with database.session() as session:
            for spec in standard:
                spec.read(session, question)

    times = side_by_side(ours, lambda: standard_charts(bench.floor, question), bench.repeats)
    note = f"{len(standard)} charts, the last twelve months; floor: the same aggregates over the tables"
    bench.report.add(Line("figures of the Analytics tab", *times, SUMMARIES, note))


def _charts(bench: Bench, database: Database, question: Question) -> None:
    """Each chart beside its bare aggregate."""
    for spec in CHARTS:

        def ours(spec: ChartSpec = spec) -> None:
            with database.session() as session:
                spec.read(session, question)

        statement = STANDARD.get(spec.key) or ON_DEMAND[spec.key]
        repeats = bench.repeats if spec.standard else min(bench.repeats, MOST_REPEATS)
        times = side_by_side(ours, lambda statement=statement: _bare(bench.floor, statement, question), repeats)
        note = "" if spec.standard else "read when its group is opened"
        bench.report.add(Line(f"chart: {spec.title}", *times, note=note))


def _one_customer(bench: Bench, database: Database) -> None:
    busiest, usual = (
        bench.floor.rows(
            "(SELECT customer_id FROM crm.customer_interactions GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)"
        )[0][0],
        bench.floor.rows(
            "SELECT o.customer_id FROM crm.orders o JOIN crm.customers c ON c.id = o.customer_id"
            " WHERE c.user_id IS NOT NULL LIMIT 1"
        )[0][0],
    )
    for name, customer in (("an ordinary customer", usual), ("the busiest customer", busiest)):

        def ours(customer: UUID = customer) -> None:
            with database.session() as session:
                customer_figures(session, customer)

        def floor(customer: UUID = customer) -> None:
            for statement in _CUSTOMER:
                bench.floor.rows(statement, customer)

        times = side_by_side(ours, floor, bench.repeats)
        bench.report.add(Line(f"statistics of {name}", *times, ONE_CUSTOMER, "floor: the rows themselves"))


def _report(bench: Bench, database: Database) -> None:
    clock = Clock()
    question = Question(last_month(clock), compare=True, clock=clock)
    statements = dict.fromkeys((*STANDARD.values(), *ON_DEMAND.values()))

    def ours() -> None:
        with database.session() as session:
            monthly(session, question.period, clock)

    def floor() -> None:
        for statement in statements:
            _bare(bench.floor, statement, question)
            if "%(first)s" in statement:
                _bare(bench.floor, statement, question, question.before)

    times = side_by_side(ours, floor, min(bench.repeats, MOST_REPEATS))
    note = f"all {len(CHARTS)} charts and the month before; floor: their bare aggregates"
    bench.report.add(Line("the report of a month, read", *times, note=note))
