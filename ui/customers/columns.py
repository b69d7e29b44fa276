"""The columns of the customers table, and its two-line row for narrow windows."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from crm_desktop.customers.columns import COLUMNS as FACTS
from crm_desktop.customers.phones import readable
from crm_desktop.customers.rows import CustomerRow
from ui.interactions.local_time import day_text, distance_text, due, full_text, moment_text, to_wall
from ui.tables.columns import Column, ColumnsOf, CompactRow, Tone, muted
from ui.widgets.badges import tone_of

_column = ColumnsOf[CustomerRow](FACTS)


def _now() -> datetime:
    return datetime.now(UTC)


def _word(value: str | None) -> str:
    """A value of the specification as a word: 'prospect' -> 'Prospect'."""
    return value.replace("_", " ").capitalize() if value else ""


def _ago(moment: datetime | None) -> str:
    if moment is None:
        return ""
    years = (_now() - moment).days // 365
    if years > 1:
        return f"{years} years ago"
    text = distance_text(moment, _now())
    return text[0].upper() + text[1:]


def _day(moment: datetime | None) -> str:
    return "" if moment is None else day_text(to_wall(moment).date(), to_wall(_now()).date())


def _exact(moment: datetime | None) -> str:
    return "" if moment is None else full_text(to_wall(moment))


def _due(row: CustomerRow) -> str:
    moment, now = row.next_follow_up, _now()
    if moment is None:
        return ""
    # The hour matters on the day itself; before and after, the day does, and the tooltip has both.
    same_day = to_wall(moment).date() == to_wall(now).date()
    return moment_text(moment, now) if same_day else _day(moment)


def _due_tone(row: CustomerRow) -> Tone:
    if row.next_follow_up is None:
        return "muted"
    return {"overdue": "danger", "today": "warning", "later": "text"}[due(row.next_follow_up, _now())]  # type: ignore[return-value]


def _due_tooltip(row: CustomerRow) -> str:
    if row.next_follow_up is None:
        return ""
    late = "Overdue since" if due(row.next_follow_up, _now()) == "overdue" else "Follow up on"
    return f"{late} {_exact(row.next_follow_up)}"


def _phone(row: CustomerRow) -> str:
    return readable(row.phone)


def _other_phones(row: CustomerRow) -> tuple[str, ...]:
    return tuple(map(readable, row.other_phones))


def _phone_tooltip(row: CustomerRow) -> str:
    main = _phone(row)
    if main and not row.phone_checked:
        main = f"{main}: not checked, kept as it was written"
    return "\n".join(filter(None, (main, *_other_phones(row))))


def _tone(key: str) -> Callable[[CustomerRow], Tone]:
    return lambda row: cast(Tone, tone_of(getattr(row, key) or ""))


NAME = _column("name", 180, lambda row: row.name, strong=True, searchable=True, tooltip=lambda row: row.name)
STATUS = _column("status", 96, lambda row: _word(row.status), kind="badge", tone=_tone("status"), editable=True)
LAST_CONTACT = _column(
    "last_contact", 120, lambda row: _ago(row.last_contact), tone=muted, tooltip=lambda row: _exact(row.last_contact)
)
NEXT_FOLLOW_UP = _column("next_follow_up", 122, _due, tone=_due_tone, tooltip=_due_tooltip)


def _found_at(row: CustomerRow) -> tuple[str, ...]:
    """A contact through whom the company was found, before its name."""
    return tuple(f"{found} · {row.company_name or row.name}" for found in row.contacts_found)


COLUMNS: tuple[Column, ...] = (
    NAME,
    _column("customer_type", 84, lambda row: _word(row.customer_type), tone=muted),
    _column("company_name", 140, lambda row: row.company_name, searchable=True, others=_found_at,
            tooltip=lambda row: "\n".join((row.company_name, *row.contacts_found))),
    _column("email", 178, lambda row: row.email, searchable=True, others=lambda row: row.other_emails,
            tooltip=lambda row: "\n".join(filter(None, (row.email, *row.other_emails)))),
    _column("phone", 146, _phone, searchable=True, others=_other_phones, tooltip=_phone_tooltip, editable=True),
    _column("city", 88, lambda row: row.city, searchable=True),
    _column("country", 92, lambda row: row.country, searchable=True),
    STATUS,
    _column("tier", 84, lambda row: _word(row.tier), kind="badge", tone=_tone("tier")),
    LAST_CONTACT,
    NEXT_FOLLOW_UP,
    _column("tags", 112, lambda row: ", ".join(row.tags), kind="chips", parts=lambda row: row.tags,
            tooltip=lambda row: ", ".join(row.tags), editable=True),
    _column("created_at", 120, lambda row: _day(row.created_at), tone=muted, tooltip=lambda row: _exact(row.created_at),
            hidden=True),
    _column("customer_number", 120, lambda row: row.customer_number, searchable=True, hidden=True),
)  # fmt: skip


def _detail(row: CustomerRow) -> str:
    company = row.company_name if row.company_name != row.name else ""
    return " · ".join(part for part in (company, _phone(row) or row.email or row.city) if part)


def _others(row: CustomerRow) -> tuple[str, ...]:
    return (row.email, *row.other_emails, *_other_phones(row), *_found_at(row))


def _due_day(row: CustomerRow) -> str:
    if row.next_follow_up is None:
        return ""
    return "Overdue" if due(row.next_follow_up, _now()) == "overdue" else _day(row.next_follow_up)


DUE_DAY = _column("next_follow_up", 122, _due_day, tone=_due_tone)
COMPACT = CompactRow(title=lambda row: row.name, detail=_detail, badge=STATUS, aside=DUE_DAY,
                     others=_others)  # fmt: skip
