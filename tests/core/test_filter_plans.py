"""Filters on one email or phone are answered by indexes, although they see all of a customer's values."""

from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.dialects import postgresql

from crm_desktop.customers.listed import SOURCE
from crm_desktop.customers.queries import customer_listing
from crm_desktop.listing.request import ListRequest
from tests.helpers.postgres import Crm

FILL = """
    INSERT INTO crm.customers (contact_name, email, phone, other_emails, other_phones)
    SELECT 'Customer ' || n, 'customer' || n || '@example.org', '+4930' || 1000000 + n,
           CASE WHEN n % 500 = 0 THEN jsonb_build_array('second' || n || '@example.org') ELSE '[]' END,
           CASE WHEN n % 700 = 0 THEN jsonb_build_array('+4940' || 1000000 + n) ELSE '[]' END
    FROM generate_series(1, 20000) n
"""


@pytest.fixture
def many(each_crm: Crm) -> Crm:
    with each_crm.as_superuser(autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(FILL)
        connection.execute("VACUUM (ANALYZE) crm.customers")
    return each_crm


@pytest.mark.parametrize(
    ("condition", "names", "index"),
    [
        ({"field": "email", "operator": "is", "value": "customer77@example.org"}, ["Customer 77"], "email_key"),
        ({"field": "email", "operator": "in", "value": ["second500@example.org"]}, ["Customer 500"], "email_key"),
        ({"field": "email", "operator": "starts_with", "value": "second1000@"}, ["Customer 1000"], "email_key"),
        ({"field": "phone", "operator": "is", "value": "49401000700"}, ["Customer 700"], "phone_digits"),
    ],
)
def test_every_value_is_found_by_indexes(many: Crm, condition: dict[str, Any], names: list[str], index: str) -> None:
    listing = customer_listing(ListRequest(filter=condition))
    with many.database().session() as session:
        connection = session.connection()
        assert [row.name for row in listing.first(connection).rows] == names
        counted = select(func.count()).select_from(SOURCE.table).where(listing.condition(connection, SOURCE.table))
        sql = counted.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(connection.execute(text(f"EXPLAIN {sql}".replace(":", r"\:"))).scalars())
    assert f"ix_customers_{index}_id" in plan and "ix_customers_other_values" in plan and "Seq Scan" not in plan, plan
