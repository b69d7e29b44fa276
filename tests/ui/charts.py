"""Charts for tests: each kind once, with values that are easy to tell apart."""

from __future__ import annotations

from crm_desktop.analytics.shapes import Category, ChartData, Series

MONTHS = tuple(
    Category(f"2026-{number:02}", f"{name} ’26" if number == 1 else name, f"{name} 2026")
    for number, name in enumerate(("Jan", "Feb", "Mar", "Apr", "May", "Jun"), 1)
)


def only(kind: str, status: str) -> dict[str, object]:
    """A filter like those behind a bar."""
    return {"all": [{"field": "customer_type", "operator": "is", "value": kind},
                    {"field": "status", "operator": "is", "value": status}]}  # fmt: skip


STACKED = ChartData(
    "customers", "stacked", "Customers by type", "All of them", "customers",
    (Category("individual", "Individuals"), Category("business", "Businesses")),
    (
        Series("active", "Active", (10, 5), 0, filters=(only("individual", "active"), only("business", "active"))),
        Series("prospect", "Prospects", (10, 0), 2,
               filters=(only("individual", "prospect"), only("business", "prospect"))),
    ),
)  # fmt: skip
BARS = ChartData(
    "interactions", "bars", "Interactions by type", "Cancelled ones left out", "interactions",
    (Category("call", "Call"), Category("email", "Email"), Category("meeting", "Meeting")),
    (Series("all", "Interactions", (40, 1, 7), previous=(20, 0, 14)),),
)  # fmt: skip
LINES = ChartData(
    "revenue", "lines", "Revenue", "By month", "EUR", MONTHS,
    (
        Series("de", "Germany", (100.5, 200, None, 50, 75, 300), 0, previous=(90, 80, 70, 60, 50, 40)),
        Series("ch", "Switzerland", (10, 20, 30, 40, 50, 60), 1),
    ),
    over_time=True,
)  # fmt: skip
GRID = ChartData(
    "cohorts", "grid", "Cohorts", "Who came back", "%", MONTHS[:3],
    tuple(
        Series(str(n), f"Month {n}", tuple(None if n > 2 - row else 100 / (n + 1) for row in range(3)))
        for n in range(3)
    ),
)  # fmt: skip
EMPTY = ChartData("none", "bars", "Nothing", "Really", "customers", MONTHS, (Series("x", "X", (0,) * 6),))
EVERY_KIND = (STACKED, BARS, LINES, GRID)
