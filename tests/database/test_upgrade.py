"""A database at another revision is refused in words."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from crm_desktop.database import upgrade
from crm_desktop.database.engine import Database
from crm_desktop.errors import SchemaMismatch
from tests.helpers.postgres import Crm


def test_the_head_is_what_provisioning_makes(crm: Crm) -> None:
    with crm.connect("emil") as connection:
        assert connection.execute("SELECT version_num FROM crm.alembic_version").fetchone() == (
            upgrade.head_revision(),
        )


def test_checking_costs_one_query(employee: Database) -> None:
    with employee.connection() as connection:
        asked: list[str] = []
        event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))
        upgrade.check_revision(connection)
    assert len(asked) == 1


@pytest.mark.parametrize(("revision", "words"), [("0000", "older"), ("9999", "newer")])
def test_another_revision_is_refused(
    clean: Crm, employee: Database, monkeypatch: pytest.MonkeyPatch, revision: str, words: str
) -> None:
    head = upgrade.head_revision()
    monkeypatch.setattr(upgrade, "known_revisions", lambda: ("0000", head))
    with clean.as_owner() as owner:
        owner.execute("UPDATE crm.alembic_version SET version_num = %s", (revision,))
    try:
        with pytest.raises(SchemaMismatch, match=words):
            employee.check()
        if words == "newer":
            with pytest.raises(SchemaMismatch, match=words):
                upgrade.upgrade(clean.target, clean.owner, clean.owner_password)
    finally:
        with clean.as_owner() as owner:
            owner.execute("UPDATE crm.alembic_version SET version_num = %s", (head,))


def test_a_database_without_a_crm_is_refused(crm: Crm) -> None:
    database = Database(replace(crm.target, dbname="postgres"), crm.owner, crm.owner_password)
    with pytest.raises(SchemaMismatch, match="no CRM"):
        database.check()
    database.close()
