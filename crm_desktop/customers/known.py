"""Who already has an email address or phone: among all values of customers and of the people at companies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.folding import fold

MOST_ALIKE = 5

# Each arm is one look into an index of its own; together in one WHERE the planner may take the wrong one.
_ARMS = """
    (select {key} from crm.{table} t
      where t.email_normalized = any (cast(:emails as text[])) and {other} limit :most)
    union
    (select {key} from crm.{table} t
      where t.phone_e164 = any (cast(:phones as text[])) and {other} limit :most)
    union
    (select {key} from crm.{table} t
      where (t.other_emails <> '[]'::jsonb or t.other_phones <> '[]'::jsonb)
        and crm.reach(t.other_emails, t.other_phones) && cast(:all as text[]) and {other} limit :most)
"""
_VALUES = (
    "array_remove(array[{t}.email_normalized, {t}.phone_e164] || crm.reach({t}.other_emails, {t}.other_phones), null)"
)
_KNOWN = f"""
    with customer as materialized (
        {_ARMS.format(key="t.id", table="customers", other="t.id is distinct from cast(:customer as uuid)")}
    ), person as materialized (
        {_ARMS.format(key="t.id", table="contacts", other="t.id is distinct from cast(:contact as uuid)")}
    )
    (select c.id, coalesce(nullif(c.contact_name, ''), c.company_name, '') as name, null::uuid as contact_id,
            '' as contact_name, {_VALUES.format(t="c")} as held, c.created_at
       from customer join crm.customers c using (id))
    union all
    (select c.id, coalesce(nullif(c.company_name, ''), c.contact_name, ''), k.id, k.name,
            {_VALUES.format(t="k")}, k.created_at
       from person
       join crm.contacts k using (id)
       join crm.contact_positions p on p.contact_id = k.id
       join crm.customers c on c.id = p.customer_id
      where c.id is distinct from cast(:contacts_of as uuid))
    order by created_at, id, contact_id nulls first
    limit :most
"""


@dataclass(frozen=True)
class Known:
    """Somebody who has one of the values: a customer, or a contact at one (then `contact_name` is filled)."""

    customer_id: UUID
    customer_name: str
    contact_id: UUID | None
    contact_name: str
    emails: set[str]
    """Those of the asked addresses that they have, folded."""
    phones: set[str]
    """Those of the asked numbers that they have."""

    @property
    def name(self) -> str:
        """The name to show: "Ana Ruiz", or "Ana Ruiz of Acme" for a contact."""
        return f"{self.contact_name} of {self.customer_name}" if self.contact_name else self.customer_name


def who_has(
    session: Session,
    emails: Collection[str] = (),
    phones: Collection[str] = (),
    *,
    except_customer: UUID | None = None,
    except_contact: UUID | None = None,
    except_contacts_of: UUID | None = None,
) -> list[Known]:
    """The first few who have one of these addresses (whatever their case) or E.164 numbers, the oldest first."""
    folded = {fold(email.strip())[:320] for email in emails if email.strip()}
    numbers = {phone for phone in phones if phone.startswith("+")}
    if not folded and not numbers:
        return []
    asked = {
        "emails": sorted(folded),
        "phones": sorted(numbers),
        "all": sorted(folded | numbers),
        "customer": except_customer,
        "contact": except_contact,
        "contacts_of": except_contacts_of,
        "most": MOST_ALIKE,
    }
    return [
        Known(row[0], row[1], row[2], row[3], folded.intersection(row[4]), numbers.intersection(row[4]))
        for row in session.execute(text(_KNOWN), asked)
    ]
