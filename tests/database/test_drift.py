"""Models and migrations describe the same tables, to the letter."""

import sqlalchemy
from sqlalchemy.pool import NullPool

from crm_desktop.database.base import Base
from scripts.check_drift import differences, load_models
from tests.helpers.postgres import Crm


def _differences(crm: Crm) -> list[str]:
    engine = sqlalchemy.create_engine("postgresql+psycopg://", creator=crm.as_superuser, poolclass=NullPool)
    with engine.connect() as connection:
        return differences(connection)


def test_models_and_migrations_agree(clean: Crm) -> None:
    assert _differences(clean) == []


def test_comparing_leaves_the_database_as_it_was(clean: Crm) -> None:
    _differences(clean)
    with clean.connect() as connection:
        assert connection.execute("SELECT count(*) FROM crm.loyalty_tiers").fetchone() == (4,)


def test_a_difference_is_found(clean: Crm) -> None:
    load_models()
    column = Base.metadata.tables["crm.customers"].c.notes
    column.nullable = False
    try:
        assert any("customers.notes" in line for line in _differences(clean))
    finally:
        column.nullable = True
