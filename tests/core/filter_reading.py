"""A plain reading of the filter language over rows as dictionaries: what the SQL of a filter is checked against."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from crm_desktop.listing.folding import fold
from crm_desktop.listing.search import MIN_INSIDE, terms


class Reader:
    """Reads filters as somebody at `now` in `zone` whose id is `me` means them."""

    def __init__(
        self,
        now: datetime,
        zone: ZoneInfo,
        me: UUID,
        kinds: dict[str, str],
        related: "dict[str, Reader] | None" = None,
        segments: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        """`related` reads the filters over a row's related rows, by their field; `segments` holds criteria by id."""
        self.now, self.zone, self.me, self.kinds = now, zone, me, kinds
        self.readers, self.segments = related or {}, segments or {}
        self.today = now.astimezone(zone).date()

    def picks(self, node: dict[str, Any], row: dict[str, Any]) -> bool:
        if "all" in node:
            return all(self.picks(member, row) for member in node["all"])
        if "any" in node:
            return any(self.picks(member, row) for member in node["any"])
        if "none" in node:
            return not any(self.picks(member, row) for member in node["none"])
        field, operator, value = node["field"], node["operator"], node.get("value")
        kind = self.kinds[field]
        if kind == "related":
            return self.related(self.readers[field], row[field], operator, value)
        return bool(getattr(self, kind)(row.get(field), operator, value, row))

    def text(self, held: Any, operator: str, value: Any, row: dict[str, Any]) -> bool:
        texts = [fold(each or "") for each in (held if isinstance(held, list) else [held])]
        if operator in ("is_blank", "is_filled"):
            return any(texts) == (operator == "is_filled")
        wanted = [self.clean(each) for each in value] if operator in ("in", "not_in") else self.clean(value)
        opposite = {"is_not": "is", "not_in": "in", "not_contains": "contains"}.get(operator)
        meets: dict[str, Callable[[str], bool]] = {
            "is": lambda text: text == wanted,
            "in": lambda text: text in wanted,
            "contains": lambda text: wanted in text,
            "starts_with": lambda text: text.startswith(wanted),
            "ends_with": lambda text: text.endswith(wanted),
        }
        return any(map(meets[opposite or operator], texts)) != bool(opposite)

    def search(self, held: Any, operator: str, value: Any, row: dict[str, Any]) -> bool:
        text = row["search_text"]
        return all(word in text if len(word) >= MIN_INSIDE else f" {word}" in text for word in terms(value))

    def choice(self, held: Any, operator: str, value: Any, row: dict[str, Any]) -> bool:
        return {
            "is": lambda: held == value,
            "is_not": lambda: held != value,
            "in": lambda: held in value,
            "not_in": lambda: held not in value,
            "is_blank": lambda: held is None,
            "is_filled": lambda: held is not None,
        }[operator]()

    def reference(self, held: Any, operator: str, value: Any, row: dict[str, Any]) -> bool:
        def resolved(one: str) -> UUID:
            return self.me if one == "me" else UUID(one)

        if isinstance(value, list):
            return self.choice(held, operator, [resolved(each) for each in value], row)
        return self.choice(held, operator, resolved(value) if value else None, row)

    def due(self, held: Any, operator: str, value: Any, row: dict[str, Any]) -> bool:
        def is_due(which: str) -> bool:
            if row["status"] != "pending" or row["follow_up"] is None:
                return False
            if which == "overdue":
                return bool(row["follow_up"] < self.now)
            day = row["follow_up"].astimezone(self.zone).date()
            monday = self.today - timedelta(days=self.today.weekday())
            return day == self.today if which == "today" else monday <= day <= monday + timedelta(days=6)

        found = any(is_due(which) for which in (value if isinstance(value, list) else [value]))
        return found != (operator in ("is_not", "not_in"))

    def done(self, held: Any, operator: str, value: Any, row: dict[str, Any]) -> bool:
        def was(which: str) -> bool:
            done, planned = row["completed_at"], row["follow_up"]
            if row["status"] != "completed" or done is None or planned is None:
                return False
            late = (done - planned).total_seconds() / 3600
            return which == ("in_time" if late <= 0 else "within_day" if late <= 24 else "late")

        found = any(was(which) for which in (value if isinstance(value, list) else [value]))
        return found != (operator in ("is_not", "not_in"))

    def related(self, reader: "Reader", held: list[dict[str, Any]], operator: str, value: Any) -> bool:
        counts = operator in ("at_least", "at_most", "exactly")
        of = value.get("of", {"all": []}) if counts else value
        number = sum(reader.picks(of, each) for each in held)
        return {
            "has": number > 0,
            "has_no": number == 0,
            "at_least": counts and number >= value["count"],
            "at_most": counts and number <= value["count"],
            "exactly": counts and number == value["count"],
        }[operator]

    def segment(self, held: Any, operator: str, value: Any, row: dict[str, Any]) -> bool:
        inside = any(self.picks(self.segments[each], row) for each in (value if isinstance(value, list) else [value]))
        return inside != (operator in ("is_not", "not_in"))

    def follow_ups(self, held: Any, operator: str, value: Any, row: dict[str, Any]) -> bool:
        def has(which: str) -> bool:
            following = row["next_follow_up"]
            if which in ("pending", "overdue"):
                return following is not None and (which == "pending" or following < self.now)
            return any(self.due(None, "is", which, each) for each in row["interactions"])

        found = any(has(which) for which in (value if isinstance(value, list) else [value]))
        return found != (operator in ("is_not", "not_in"))

    def tags(self, held: Any, operator: str, value: Any, row: dict[str, Any]) -> bool:
        tags = {fold(tag) for tag in held or []}
        if operator in ("is_blank", "is_filled"):
            return (not tags) == (operator == "is_blank")
        if operator == "has":
            return self.clean(value) in tags
        wanted = {self.clean(each) for each in value}
        return {"has_any": bool(wanted & tags), "has_all": wanted <= tags, "has_none": not wanted & tags}[operator]

    def number(self, held: Any, operator: str, value: Any, row: dict[str, Any]) -> bool:
        if operator in ("is_blank", "is_filled"):
            return (held is None) == (operator == "is_blank")
        if held is None:
            return operator == "is_not"
        low, high = value if isinstance(value, list) else (value, value)
        return {
            "is": held == low,
            "is_not": held != low,
            "less_than": held < low,
            "more_than": held > low,
            "at_most": held <= low,
            "at_least": held >= low,
            "between": low <= held <= high,
        }[operator]

    def money(self, held: Any, operator: str, value: Any, row: dict[str, Any]) -> bool:
        """`held` has the amount of each currency."""
        return self.number(held.get(value["currency"]), operator, value["amount"], row)

    def moment(self, held: Any, operator: str, value: Any, row: dict[str, Any]) -> bool:
        if operator in ("is_blank", "is_filled"):
            return (held is None) == (operator == "is_blank")
        if operator == "not_within":
            return not self.moment(held, "within", value, row)
        if held is None:
            return False
        if operator == "within":
            first, last = self.period(value)
            return first <= held.astimezone(self.zone).date() <= last
        if operator == "between":
            return self.compare(held, value[0]) >= 0 and self.compare(held, value[1]) <= 0
        side = self.compare(held, value)
        return {"on": side == 0, "before": side < 0, "after": side > 0, "on_or_before": side <= 0}.get(
            operator, side >= 0
        )

    def compare(self, held: datetime, value: Any) -> int:
        """-1, 0 or 1: before, within or after what the value means."""
        if value == "now" or (isinstance(value, str) and "T" in value):
            instant = self.now if value == "now" else datetime.fromisoformat(value).astimezone(UTC)
            return (held > instant) - (held < instant)
        day, other = held.astimezone(self.zone).date(), self.day(value)
        return (day > other) - (day < other)

    def day(self, value: Any) -> date:
        if isinstance(value, dict):
            if "days" in value:
                return self.today + timedelta(days=value["days"])
            if "weeks" in value:
                return self.today + timedelta(weeks=value["weeks"])
            months = self.today.year * 12 + self.today.month - 1 + value.get("months", 12 * value.get("years", 0))
            day = self.today.day
            while True:
                try:
                    return date(months // 12, months % 12 + 1, day)
                except ValueError:
                    day -= 1
        if value in ("yesterday", "today", "tomorrow"):
            return self.today + timedelta(days=("yesterday", "today", "tomorrow").index(value) - 1)
        return date.fromisoformat(value)

    def period(self, value: Any) -> tuple[date, date]:
        today = self.today
        if isinstance(value, dict):
            if "last_days" in value:
                return today - timedelta(days=value["last_days"] - 1), today
            return today, today + timedelta(days=value["next_days"] - 1)
        if value in ("yesterday", "today", "tomorrow"):
            return self.day(value), self.day(value)
        which, unit = value.split("_")
        step = {"last": -1, "this": 0, "next": 1}[which]
        if unit == "week":
            monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
            return monday, monday + timedelta(days=6)
        length = {"month": 1, "quarter": 3, "year": 12}[unit]
        number = ((today.year * 12 + today.month - 1) // length + step) * length
        end = number + length
        return date(number // 12, number % 12 + 1, 1), date(end // 12, end % 12 + 1, 1) - timedelta(days=1)

    @staticmethod
    def clean(value: str) -> str:
        return fold(" ".join(value.split()))
