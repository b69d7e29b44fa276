"""What the person signed in may do, as the database itself answers: the window's one source of truth."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Capabilities:
    add_customers: bool
    edit_customers: bool
    delete_customers: bool
    log_interactions: bool
    manage_users: bool
    change_settings: bool
    see_audit: bool
    export: bool = True
    merge_customers: bool = False
    edit_orders: bool = True
    edit_products: bool = True


_QUESTIONS = {
    "add_customers": "has_any_column_privilege('crm.customers', 'INSERT')",
    "edit_customers": "has_any_column_privilege('crm.customers', 'UPDATE')",
    "delete_customers": "has_table_privilege('crm.customers', 'DELETE')",
    "log_interactions": "has_any_column_privilege('crm.customer_interactions', 'INSERT')",
    "manage_users": "has_function_privilege('crm.create_user(text, text, text, text, boolean)', 'EXECUTE')",
    "change_settings": "has_any_column_privilege('crm.settings', 'UPDATE')",
    # Employees read the history of customers; the whole trail is the administrators'.
    "see_audit": "has_function_privilege('crm.create_user(text, text, text, text, boolean)', 'EXECUTE')",
    "export": "crm.may_export()",
    "edit_orders": "has_any_column_privilege('crm.orders', 'INSERT')",
    "edit_products": "has_any_column_privilege('crm.products', 'INSERT')",
    "merge_customers": "has_function_privilege('crm.merge_customers(uuid, uuid[], integer[], jsonb)', 'EXECUTE')",
}


def read(session: Session) -> Capabilities:
    """One question to the database, at sign-in."""
    asked = ", ".join(f"{_QUESTIONS[field.name]} AS {field.name}" for field in fields(Capabilities))
    return Capabilities(**session.execute(text(f"SELECT {asked}")).mappings().one())
