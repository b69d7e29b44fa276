"""Who changed a row last, by the audit trail."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_LAST = text(
    """
    select coalesce(person.display_name, entry.actor)
      from crm.audit_log as entry
      left join crm.users as person on person.username = entry.actor
     where entry.customer_id = :customer  -- what the trail is indexed by
       and entry.table_name = :table and entry.row_id = :row and entry.action = 'update'
     order by entry.id desc
     limit 1
    """
)


_LAST_OF_CONTACT = text(
    """
    select coalesce(person.display_name, entry.actor)
      from (
            (select id, actor from crm.audit_log
              where table_name = 'contacts' and action = 'update' and row_id = :contact order by id desc limit 1)
            union all
            (select id, actor from crm.audit_log
              where customer_id = :customer
                and table_name = 'contact_positions' and action = 'update' and row_id = :position
              order by id desc limit 1)
           ) as entry
      left join crm.users as person on person.username = entry.actor
     order by entry.id desc
     limit 1
    """
)


_LAST_OF_ORDER = text(
    """
    select coalesce(person.display_name, entry.actor)
      from crm.audit_log as entry
      left join crm.users as person on person.username = entry.actor
     where entry.customer_id = :customer  -- what the trail is indexed by
       and (entry.table_name = 'orders' and entry.row_id = :order and entry.action = 'update'
            or entry.table_name = 'order_lines'
               and entry.row_id in (select line.id::text from crm.order_lines as line where line.order_id = :id)
               and entry.transaction_id not in (
                   select made.transaction_id from crm.audit_log as made
                    where made.customer_id = :customer and made.table_name = 'orders' and made.row_id = :order
                      and made.action = 'insert'
               ))
     order by entry.id desc
     limit 1
    """
)


def last_editor(session: Session, customer_id: UUID, table: str, row_id: UUID) -> str:
    """Who changed that row of a customer's; "" when nobody has since it was added."""
    asked = {"customer": customer_id, "table": table, "row": str(row_id)}
    name: str | None = session.execute(_LAST, asked).scalar()
    return name or ""


def last_editor_of_contact(session: Session, contact_id: UUID, customer_id: UUID) -> str:
    """The same of a contact and the place at that company, whichever was changed later."""
    asked = {"contact": str(contact_id), "customer": customer_id, "position": f"{contact_id}:{customer_id}"}
    name: str | None = session.execute(_LAST_OF_CONTACT, asked).scalar()
    return name or ""


def last_editor_of_order(session: Session, customer_id: UUID, order_id: UUID) -> str:
    """The same of an order and its lines, whichever was changed later."""
    asked = {"customer": customer_id, "order": str(order_id), "id": order_id}
    name: str | None = session.execute(_LAST_OF_ORDER, asked).scalar()
    return name or ""
