"""A customer's card as a page: HTML of the kind that Qt's text documents lay out. Every value is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from crm_desktop.attachments.names import size_text
from crm_desktop.attachments.queries import AttachmentRow
from crm_desktop.contacts.rows import ContactRow
from crm_desktop.customers.phones import readable
from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.interactions.rows import InteractionRow, Timeline
from ui.customers.words import LABELS, STATUS_WORDS, TIER_WORDS
from ui.customers.words import TYPE_WORDS as CUSTOMER_TYPES
from ui.interactions.local_time import full_text, to_wall
from ui.interactions.words import PRIORITY_WORDS, TYPE_WORDS, minutes_text
from ui.interactions.words import STATUS_WORDS as STATES

# Qt knows margins and padding in pixels only, which it scales to the paper.
STYLE = """
body { font-size: 9.5pt; color: #1a1f2b; }
p { margin: 0px; }
.title { font-size: 18pt; font-weight: 600; }
.line { color: #5a6376; margin-bottom: 12px; }
.head { font-size: 11pt; font-weight: 600; margin-top: 18px; margin-bottom: 4px; }
.entry { margin-bottom: 8px; }
.quiet { color: #5a6376; }
.fine { color: #5a6376; font-size: 8.5pt; }
table { margin-top: 6px; }
td { padding: 1px 16px 2px 0px; }
"""


@dataclass(frozen=True)
class PrintedCard:
    """What is printed. `timeline.more`: older interactions are left out."""

    customer: CustomerDetails
    contacts: Sequence[ContactRow]
    timeline: Timeline
    files: Sequence[AttachmentRow]
    printed_by: str
    printed_at: datetime


def card_html(page: PrintedCard, zone: tzinfo | None = None) -> str:
    """The whole page."""
    parts = [
        _head(page.customer),
        _facts(page.customer, zone),
        _loyalty(page.customer),
        _contacts(page.contacts),
        _entries("Planned", page.timeline.planned, zone),
        _entries("History", page.timeline.history, zone),
        _files(page.files, zone),
        _foot(page, zone),
    ]
    return f"<html><head><style>{STYLE}</style></head><body>{''.join(parts)}</body></html>"


def _text(value: str) -> str:
    """Escaped; line breaks and spaces stay what they are."""
    return html.escape(value).replace("\n", "<br/>")


def _moment(moment: datetime | None, zone: tzinfo | None) -> str:
    return "" if moment is None else full_text(to_wall(moment, zone))


def _head(customer: CustomerDetails) -> str:
    words = [
        customer.company_name if customer.company_name != customer.name else "",
        CUSTOMER_TYPES.get(customer.customer_type, customer.customer_type),
        STATUS_WORDS.get(customer.status, customer.status),
        TIER_WORDS.get(customer.tier or "", customer.tier or ""),
        ", ".join(customer.tags),
    ]
    line = " · ".join(_text(word) for word in words if word)
    return f"<p class='title'>{_text(customer.name or 'Without a name')}</p><p class='line'>{line}</p>"


def _facts(customer: CustomerDetails, zone: tzinfo | None) -> str:
    town = " ".join(part for part in (customer.postal_code, customer.city) if part)
    region = ", ".join(part for part in (town, customer.state) if part)
    place = [part for part in (customer.address, region, customer.country) if part]
    rows = (
        (LABELS["email"], "\n".join(filter(None, (customer.email, *customer.other_emails)))),
        (LABELS["phone"], "\n".join(readable(each) for each in (customer.phone, *customer.other_phones) if each)),
        (LABELS["address"], "\n".join(place)),
        (LABELS["customer_number"], customer.customer_number),
        (LABELS["owner_id"], customer.owner_name),
        (LABELS["source"], customer.source),
        ("Last contact", _moment(customer.last_contact, zone)),
        ("Next follow-up", _moment(customer.next_follow_up, zone)),
        ("Added", _moment(customer.created_at, zone)),
        (LABELS["notes"], customer.notes),
    )
    return _table(rows)


def _loyalty(customer: CustomerDetails) -> str:
    if customer.tier is None:
        return ""
    return "<p class='head'>Loyalty</p>" + _table(
        (
            ("Tier", TIER_WORDS.get(customer.tier, customer.tier)),
            ("Points", f"{customer.points_balance or 0:,}"),
            ("Earned", f"{customer.total_earned or 0:,}"),
            ("Redeemed", f"{customer.total_redeemed or 0:,}"),
        )
    )


def _contacts(contacts: Sequence[ContactRow]) -> str:
    if not contacts:
        return ""
    made = []
    for contact in contacts:
        role = " · ".join(part for part in (contact.role, "Primary" if contact.is_primary else "") if part)
        reach = ", ".join((*contact.emails, *map(readable, contact.phones)))
        made.append(
            f"<tr><td><b>{_text(contact.name)}</b></td><td class='quiet'>{_text(role)}</td><td>{_text(reach)}</td></tr>"
        )
    return f"<p class='head'>Contacts</p><table cellspacing='0' cellpadding='0'>{''.join(made)}</table>"


def _entries(title: str, rows: Sequence[InteractionRow], zone: tzinfo | None) -> str:
    if not rows:
        return ""
    return f"<p class='head'>{title} ({len(rows)})</p>" + "".join(_entry(row, zone) for row in rows)


def _entry(row: InteractionRow, zone: tzinfo | None) -> str:
    facts = [
        TYPE_WORDS.get(row.type, row.type),
        _moment(row.created_at, zone),
        minutes_text(row.duration) if row.duration else "",
        STATES.get(row.status, row.status),
        PRIORITY_WORDS.get(row.priority, row.priority) if row.priority in ("high", "urgent") else "",
        f"with {row.contact}" if row.contact else "",
        row.author if row.assignee in ("", row.author) else f"{row.author} → {row.assignee}",
    ]
    made = [f"<p class='entry'><b>{_text(row.subject)}</b><br/><span class='fine'>"]
    if row.follow_up is not None and row.status == "pending":
        made.append(f"Follow up {_text(_moment(row.follow_up, zone))} · ")
    made.append(f"{' · '.join(_text(fact) for fact in facts if fact)}</span>")
    made += [f"<br/>{_text(text)}" for text in (row.description, row.outcome) if text]
    return "".join((*made, "</p>"))


def _files(files: Sequence[AttachmentRow], zone: tzinfo | None) -> str:
    if not files:
        return ""
    rows = ((each.file_name, f"{size_text(each.size)} · {_moment(each.created_at, zone)}") for each in files)
    return f"<p class='head'>Files ({len(files)})</p>{_table(rows)}"


def _foot(page: PrintedCard, zone: tzinfo | None) -> str:
    older = " Older interactions are left out." if page.timeline.more else ""
    words = f"Printed {_moment(page.printed_at, zone)} by {page.printed_by}.{older}"
    return f"<p class='fine'><br/>{_text(words)}</p>"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    made = "".join(
        f"<tr><td class='quiet'>{_text(label)}</td><td>{_text(value)}</td></tr>" for label, value in rows if value
    )
    return f"<table cellspacing='0' cellpadding='0'>{made}</table>"
