"""The floor: the same work as bare SQL through psycopg, with nothing of the product in between."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

COLUMNS = (
    "id, coalesce(nullif(contact_name, ''), company_name), customer_type, company_name, email, phone, phone_e164, city,"
    " country, status, tier, last_contact, next_follow_up, tags, version, created_at, other_emails,"
    " other_phones"
)
FIRST, PAGE, CAP = 200, 500, 1000
# Sort in the window -> key in the database and what a row without it holds.
SORT_KEYS = {
    "name": ("name_key", "''"),
    "type": ("type_key", "''"),
    "company": ("company_key", "''"),
    "email": ("email_key", "''"),
    "phone": ("phone_digits", "''"),
    "city": ("city_key", "''"),
    "country": ("country_key", "''"),
    "status": ("status_key", "''"),
    "tier": ("tier_rank", "0"),
    "last_contact": ("last_contact", None),
    "next_follow_up": ("next_follow_up", None),
    "tags": ("tags_key", "''"),
}


class Floor:
    """One plain connection, autocommit."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def rows(self, statement: str, *values: Any) -> list[Any]:
        return self.connection.execute(statement, values, prepare=False).fetchall()

    def first_page(self, sort: str) -> list[Any]:
        key, blank = SORT_KEYS[sort]
        filled = f"{key} IS NOT NULL" if blank is None else f"{key} > {blank}"
        return self.rows(f"SELECT {COLUMNS} FROM crm.customers WHERE {filled} ORDER BY {key}, id LIMIT {FIRST}")

    def place(self, position: int) -> tuple[str, UUID]:
        """Key and id of a row by its position in the order of names: where a page starts."""
        found = self.rows(f"SELECT name_key, id FROM crm.customers ORDER BY name_key, id OFFSET {position} LIMIT 1")
        return found[0][0], found[0][1]

    def page_from(self, place: tuple[str, UUID]) -> list[Any]:
        return self.rows(
            f"SELECT {COLUMNS} FROM crm.customers WHERE (name_key, id) >= (%s, %s) ORDER BY name_key, id LIMIT {PAGE}",
            *place,
        )

    def anchors(self) -> list[Any]:
        """The key of every 500th row, and with it the exact count."""
        return self.rows(
            "SELECT name_key, id, number"
            " FROM (SELECT name_key, id, row_number() OVER (ORDER BY name_key, id) AS number,"
            " lead(id) OVER (ORDER BY name_key, id) AS following FROM crm.customers) numbered"
            f" WHERE mod(number, {PAGE}) = 1 OR following IS NULL"
        )

    def capped_count(self, *patterns: str) -> int:
        return int(
            self.rows(
                f"SELECT count(*) FROM (SELECT FROM crm.customers WHERE {_matching(patterns)} LIMIT {CAP + 1}) found",
                *patterns,
            )[0][0]
        )

    def search(self, *patterns: str) -> list[Any]:
        """Capped count, then the first rows by the plan that suits it."""
        if self.capped_count(*patterns) > CAP:
            return self.rows(
                f"SELECT {COLUMNS} FROM crm.customers WHERE {_matching(patterns)} ORDER BY name_key, id LIMIT {FIRST}",
                *patterns,
            )
        return self.rows(
            f"WITH found AS MATERIALIZED (SELECT {COLUMNS}, name_key FROM crm.customers WHERE {_matching(patterns)})"
            f" SELECT * FROM found ORDER BY name_key, id LIMIT {FIRST}",
            *patterns,
        )

    def exact_count(self, *patterns: str) -> int:
        return int(
            self.rows(f"SELECT count(*) FROM crm.customers WHERE {_matching(patterns)}", *patterns)[0][0]
            if patterns
            else self.rows("SELECT count(*) FROM crm.customers")[0][0]
        )

    def filtered(self, condition: str, *values: Any) -> list[Any]:
        """The same for any condition on customers c."""
        where = f"FROM crm.customers c WHERE {condition}"
        counted = self.rows(f"SELECT count(*) FROM (SELECT {where} LIMIT {CAP + 1}) found", *values)[0][0]
        if counted > CAP:
            return self.rows(f"SELECT {COLUMNS} {where} ORDER BY name_key, id LIMIT {FIRST}", *values)
        return self.rows(
            f"WITH found AS MATERIALIZED (SELECT {COLUMNS}, name_key {where})"
            f" SELECT * FROM found ORDER BY name_key, id LIMIT {FIRST}",
            *values,
        )

    def filtered_count(self, condition: str, *values: Any) -> int:
        return int(self.rows(f"SELECT count(*) FROM crm.customers c WHERE {condition}", *values)[0][0])

    def card(self, customer_id: UUID) -> list[Any]:
        return [
            *self.rows("SELECT * FROM crm.customers WHERE id = %s", customer_id),
            *self.rows(
                "SELECT i.*, u.display_name FROM crm.customer_interactions i JOIN crm.users u ON u.id = i.user_id"
                " WHERE i.customer_id = %s ORDER BY i.created_at DESC LIMIT 50",
                customer_id,
            ),
        ]

    def save(self, customer_id: UUID, notes: str) -> None:
        self.connection.execute("UPDATE crm.customers SET notes = %s WHERE id = %s", (notes, customer_id))

    def log(self, customer_id: UUID, subject: str) -> None:
        self.connection.execute(
            "INSERT INTO crm.customer_interactions (customer_id, user_id, type, subject, status)"
            " VALUES (%s, crm.current_user_id(), 'call', %s, 'completed')",
            (customer_id, subject),
        )


def _matching(patterns: tuple[str, ...]) -> str:
    return " AND ".join("search_text LIKE %s" for _ in patterns)
