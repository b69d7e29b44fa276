"""Interactions in one's own name, the audit trail of customers, saved views of one's own."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests.factories.customers import customer
from tests.factories.interactions import follow_up, interaction
from tests.factories.rows import insert, me
from tests.helpers.postgres import Crm


def test_interactions_are_written_in_one_s_own_name(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        someone = customer(ada)
        hers = interaction(ada, someone)
        ada.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            interaction(emil, someone, user_id=me(ada))
        emil.rollback()
        assert emil.execute("SELECT count(*) FROM crm.customer_interactions").fetchone() == (1,)
        change = "UPDATE crm.customer_interactions SET subject = 'changed' WHERE id = %s"
        assert emil.execute(change, (hers,)).rowcount == 0
        assert emil.execute("DELETE FROM crm.customer_interactions WHERE id = %s", (hers,)).rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            emil.execute("UPDATE crm.customer_interactions SET user_id = crm.current_user_id()")
        emil.rollback()
        his = interaction(emil, someone)
        emil.commit()
        assert emil.execute(change, (his,)).rowcount == 1
        emil.commit()
        assert ada.execute(change, (his,)).rowcount == 1
        assert ada.execute("DELETE FROM crm.customer_interactions WHERE id = %s", (his,)).rowcount == 1


def test_who_has_to_follow_up_may_complete_it_and_hand_it_on(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        planned = follow_up(ada, customer(ada), assignee_id=me(emil))
        ada.commit()
        done = "UPDATE crm.customer_interactions SET status = 'completed', assignee_id = %s WHERE id = %s"
        assert emil.execute(done, (me(ada), planned)).rowcount == 1
        emil.commit()
        assert emil.execute(done, (me(emil), planned)).rowcount == 0, "it is not his any more"


def test_the_rights_come_from_the_login_not_from_a_setting(each_crm: Crm) -> None:
    with closing(each_crm.connect("emil")) as emil:
        before = me(emil)
        emil.execute("SET application_name = 'ada'; SET ROLE NONE; SET crm.person = 'ada'")
        assert me(emil) == before


def test_employees_see_the_history_of_customers_only(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        customer(ada)
        ada.execute("""UPDATE crm.settings SET value = '"balance"' WHERE key = 'tier_basis'""")
        ada.commit()
        assert emil.execute("SELECT DISTINCT table_name FROM crm.audit_log").fetchall() == [("customers",)]
        seen = {name for (name,) in ada.execute("SELECT DISTINCT table_name FROM crm.audit_log")}
        assert seen == {"customers", "settings"}


def test_saved_views_are_one_s_own_unless_shared(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        for name, shared in (("hers", False), ("everybody's", True)):
            insert(ada, "saved_views", {"subject": "customers", "name": name, "definition": {}, "is_shared": shared})
        mine = insert(emil, "saved_views", {"subject": "customers", "name": "his", "definition": {}})
        ada.commit()
        emil.commit()
        names = {name for (name,) in emil.execute("SELECT name FROM crm.saved_views")}
        assert names == {"his", "everybody's"}
        assert emil.execute("DELETE FROM crm.saved_views WHERE name = 'everybody''s'").rowcount == 0
        assert emil.execute("UPDATE crm.saved_views SET name = 'new' WHERE id = %s", (mine,)).rowcount == 1
        emil.commit()
        assert {name for (name,) in ada.execute("SELECT name FROM crm.saved_views")} == {"hers", "everybody's"}


def test_the_counts_of_an_import_are_written_by_who_imports(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        insert(ada, "import_batches", {"kind": "customers", "file_name": "hers.csv"})
        ada.commit()
        mine = insert(emil, "import_batches", {"kind": "customers", "file_name": "his.csv"})
        assert emil.execute("UPDATE crm.import_batches SET rows_created = 1 RETURNING id").fetchall() == [(mine,)]


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "20000-01-01", "4000-01-01 BC", "9999-12-31 23:59+00"])
def test_nobody_writes_a_time_that_others_cannot_read(each_crm: Crm, moment: str) -> None:
    with closing(each_crm.connect("emil")) as emil:
        someone = customer(emil)
        emil.commit()
        call = {"customer_id": someone, "user_id": me(emil), "type": "call", "subject": "x"}
        rows: list[tuple[str, str, dict[str, Any]]] = [
            ("customers", "created_at", {}),
            ("customers", "last_contact", {}),
            ("customer_interactions", "created_at", call),
            ("customer_interactions", "follow_up", call),
            ("orders", "ordered_at", {"customer_id": someone, "order_number": "1"}),
            ("consents", "given_at", {"customer_id": someone, "purpose": "news", "is_granted": True}),
        ]
        emil.commit()
        for table, column, values in rows:
            with pytest.raises(psycopg.errors.CheckViolation, match=f"ck_{table}_{column}"):
                insert(emil, table, {**values, column: moment})
            emil.rollback()


def test_mappings_of_imports_are_everybody_s_to_use_and_their_author_s_to_change(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        hers = insert(ada, "import_mappings", {"kind": "customers", "name": "hers", "header": "a", "definition": {}})
        ada.commit()
        mine = insert(emil, "import_mappings", {"kind": "customers", "name": "his", "header": "a", "definition": {}})
        emil.commit()
        assert {name for (name,) in emil.execute("SELECT name FROM crm.import_mappings")} == {"hers", "his"}
        assert emil.execute("UPDATE crm.import_mappings SET name = 'x' WHERE id = %s", (hers,)).rowcount == 0
        assert emil.execute("DELETE FROM crm.import_mappings WHERE id = %s", (hers,)).rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            emil.execute("UPDATE crm.import_mappings SET owner_id = crm.current_user_id() WHERE id = %s", (hers,))
        emil.rollback()
        assert ada.execute("DELETE FROM crm.import_mappings WHERE id = %s", (mine,)).rowcount == 1


def test_an_import_is_undone_by_who_may_undo_it_also_over_sql(each_crm: Crm) -> None:
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        batch = insert(emil, "import_batches", {"kind": "customers", "file_name": "his.csv", "rows_created": 1})
        customer(emil, import_batch_id=batch)
        emil.commit()
        with pytest.raises(psycopg.DatabaseError, match="only administrators may do"):
            emil.execute("SELECT * FROM crm.undo_import(%s)", (batch,))
        emil.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            emil.execute("UPDATE crm.import_batches SET undone_at = now() WHERE id = %s", (batch,))
        emil.rollback()
        hers = insert(ada, "import_batches", {"kind": "customers", "file_name": "hers.csv"})
        ada.execute("UPDATE crm.customers SET city = 'Ulm'")
        ada.commit()
        with pytest.raises(psycopg.DatabaseError, match="Only the person who made an import"):
            emil.execute("SELECT * FROM crm.undo_import(%s)", (hers,))
        emil.rollback()
        assert ada.execute("SELECT restored, kept FROM crm.undo_import(%s)", (hers,)).fetchone() == (1, 0)
        assert ada.execute("SELECT restored, kept FROM crm.undo_import(%s)", (batch,)).fetchone() == (1, 0)
        assert ada.execute("SELECT count(*) FROM crm.customers").fetchone() == (0,)


def test_row_policies_hold_in_parallel_workers_and_keep_nobody_from_them(each_crm: Crm) -> None:
    """Who asks is known in a worker, too; and an administrator's read of all interactions takes every processor."""
    with closing(each_crm.connect()) as ada, closing(each_crm.connect("emil")) as emil:
        hers = interaction(ada, customer(ada))
        ada.commit()
        forced = "debug_parallel_query" if ada.info.server_version >= 160000 else "force_parallel_mode"
        for person in (ada, emil):
            person.execute(f"SET {forced} = on; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0")  # type: ignore[arg-type]
            person.execute(
                "SET min_parallel_table_scan_size = 0; SET enable_indexscan = off; SET enable_bitmapscan = off"
            )
            plan = person.execute("EXPLAIN SELECT count(duration) FROM crm.customer_interactions").fetchall()
            assert any("Parallel Seq Scan" in line for (line,) in plan), plan
            seen = "SELECT crm.current_user_id(), crm.is_admin() FROM crm.customer_interactions WHERE subject <> ''"
            assert person.execute(seen).fetchone() == (me(person), person is ada)  # type: ignore[arg-type]
        assert emil.execute("DELETE FROM crm.customer_interactions WHERE id = %s", (hers,)).rowcount == 0
