"""Importing over what is there: keys, updates, and a dry run that counts what the run then does."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.database.engine import Database
from crm_desktop.errors import NotAllowed
from crm_desktop.importing.differences import Change, Difference
from crm_desktop.importing.history import list_imports, undo_import
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import run, try_out
from crm_desktop.importing.saved import list_mappings
from tests.helpers.postgres import Crm

UPDATE = Plan(key="email", existing="update")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "customers.csv"


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.raw() as connection:
        return connection.execute(query.encode()).fetchall()


def load(database: Database, file: Path, text: str, plan: Plan = UPDATE) -> ImportReport:
    file.write_text(text, encoding="utf-8")
    return run(database, file, plan)


def tried(database: Database, file: Path, text: str, plan: Plan = UPDATE) -> list[Difference]:
    file.write_text(text, encoding="utf-8")
    report, differences = try_out(database, file, plan)
    found = differences.page(None, 0, 1000)
    differences.close()
    assert len(found) == report.rows
    return found


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.skipped, report.refused


def test_blanks_are_filled_and_what_is_filled_stays(admin: Database, file: Path) -> None:
    load(admin, file, "name,email,phone,city,tags\nAnn,ann@x.example,,Oslo,vip\n")
    report = load(
        admin,
        file,
        "name,email,phone,city,status,tags\nAnn Lee,ANN@x.example,+47 22 12 34 56,Bergen,inactive,new\n"
        "Bob,bob@x.example,,,,\n",
    )
    assert counts(report) == (1, 1, 0, 0)
    assert rows(
        admin, "SELECT contact_name, phone, phone_national, city, status, tags FROM customers WHERE email LIKE 'ann%'"
    ) == [("Ann", "+4722123456", "22123456", "Oslo", "active", ["vip", "new"])]


def test_an_overwriting_update_keeps_the_old_address_and_number_among_the_others(admin: Database, file: Path) -> None:
    """Several emails and phones of a customer survive every import (peers 15)."""
    load(admin, file, "name,email,phone,notes\nAnn,ann@x.example,+4722123456,first\n")
    plan = Plan(key="phone", existing="update", overwrite=True)
    report = load(
        admin,
        file,
        "name,emails,phones,notes\nAnn,new@x.example; third@x.example,+4722123456; +4722123457,more\n",
        plan,
    )
    assert counts(report) == (0, 1, 0, 0)
    assert rows(
        admin, "SELECT email, other_emails, phone, other_phones, other_phones_national, notes FROM customers"
    ) == [
        (
            "new@x.example",
            ["ann@x.example", "third@x.example"],
            "+4722123456",
            ["+4722123457"],
            "22123457",
            "first\nmore",
        )
    ]
    assert load(admin, file, file.read_text(), plan).skipped == 1, "a second time nothing changes"


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("email", "Somebody,,ann@x.example,,"),
        ("email", "Somebody,,other@x.example,,"),
        ("phone", "Somebody,,,+4722123456,"),
        ("email_or_phone", "Somebody,,unknown@x.example,+4722123456,"),
        ("company_city", "Somebody,ACME,,,Oslo"),
        ("usual", "Ann,Acme,,,Oslo"),
        ("email", "Ann,Acme,,,Oslo"),
    ],
)
def test_a_second_import_makes_no_duplicates(admin: Database, file: Path, key: str, row: str) -> None:
    """Importing again makes no duplicates: the key is chosen (peers 13); a row without it is compared as usual."""
    header = "name,company,email,phone,city\n"
    load(admin, file, header + 'Ann,Acme,"ann@x.example; other@x.example",+4722123456,Oslo\n')
    report = load(admin, file, header + row + "\n", Plan(key=key, existing="skip"))
    assert counts(report) == (0, 0, 1, 0)
    assert load(admin, file, header + row + "\n", Plan(key=key, existing="create")).created == 1


def test_what_several_customers_share_changes_none_of_them(admin: Database, file: Path) -> None:
    load(admin, file, "name,email\nAnn,info@x.example\nBob,info@x.example\n", Plan(existing="create"))
    found = tried(admin, file, "name,email,city\nCy,info@x.example,Oslo\nBob,info@x.example,Rome\n", replace(UPDATE))
    assert [d.outcome for d in found] == ["skipped", "skipped"]  # one address in the file is one customer
    assert found[0].reason == "Several customers have this email address, so none was changed."
    (ours,) = tried(admin, file, "name,email,city\nBob,info@x.example,Rome\n")
    assert (ours.outcome, ours.name) == ("updated", "Bob"), "the one of the same name is meant"


def test_a_dry_run_shows_each_row_and_changes_nothing(admin: Database, file: Path) -> None:
    load(admin, file, "name,email,city\nAnn,ann@x.example,\nBob,bob@x.example,Bonn\nCy,cy@x.example,Ulm\n")
    before = rows(admin, "SELECT to_jsonb(c) FROM customers c ORDER BY id")
    found = tried(
        admin,
        file,
        'name,email,city,notes\nAnn,ann@x.example,Oslo,"a\tb\\n\nc"\nDee,dee@x.example,Rome,\nBob,bob@x.example,Kiel,\n'
        "Bad,nonsense,,\nCy,CY@x.example,,\nCy,cy@x.example,,\n",
    )
    assert [(d.line, d.outcome, d.name) for d in found] == [
        (2, "updated", "Ann"), (4, "created", "Dee"), (5, "skipped", "Bob"), (6, "refused", ""), (7, "skipped", "Cy"),
        (8, "skipped", ""),
    ]  # fmt: skip
    assert found[0].changes == (Change("city", "", "Oslo"), Change("notes", "", "a\tb\\n\nc"))
    assert Change("city", "", "Rome") in found[1].changes
    assert found[2].reason == "Nothing changes: Bob has all of this."
    assert found[3].reason.startswith("This is not an email address")
    assert found[5].reason == "The same customer as in line 7."
    assert rows(admin, "SELECT to_jsonb(c) FROM customers c ORDER BY id") == before
    assert not rows(admin, "SELECT 1 FROM import_batches WHERE rows_updated > 0")


NAME = st.sampled_from(["Ann", "Bob", "Cy", "", "Ánn"])
EMAIL = st.sampled_from(["a@x.example", "A@x.example", "b@x.example", "c@x.example; d@x.example", "", "wrong"])
PHONE = st.sampled_from(["+4722123456", "22 12 34 56", "", "+4722123457"])
TOWN = st.sampled_from(["Oslo", "Rome", ""])
TABLE = st.lists(st.tuples(NAME, NAME, EMAIL, PHONE, TOWN), max_size=7)
PLANS = st.builds(
    Plan,
    key=st.sampled_from(["usual", "email", "phone", "email_or_phone", "company_city"]),
    existing=st.sampled_from(["skip", "update", "create"]),
    overwrite=st.booleans(),
    fixed=st.sampled_from([{}, {"country": "Norway", "status": "prospect"}]),
    tags=st.sampled_from([(), ("fair",)]),
)


def write(file: Path, table: list[tuple[str, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("name", "company", "emails", "phone", "city"), *table])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLE, TABLE, PLANS)
def test_a_dry_run_counts_exactly_what_the_run_does(
    clean: Crm, admin: Database, file: Path, first: list[tuple[str, ...]], second: list[tuple[str, ...]], plan: Plan
) -> None:
    clean.empty()
    write(file, first)
    run(admin, file, Plan(existing="create"))
    write(file, second)
    promised, differences = try_out(admin, file, plan)
    shown = differences.page(None, 0, 100)
    differences.close()
    before = dict(rows(admin, "SELECT id, to_jsonb(c) FROM customers c"))
    report = run(admin, file, plan)
    assert counts(promised) == counts(report)
    assert [(r.line, r.reason) for r in promised.skipped_rows] == [(r.line, r.reason) for r in report.skipped_rows]
    after = dict(rows(admin, "SELECT id, to_jsonb(c) FROM customers c"))
    changed = [key for key in before if before[key] != after[key]]
    assert (len(after) - len(before), len(changed)) == (report.created, report.updated)
    for difference in shown:
        if difference.outcome == "updated":
            assert any(
                all(str(after[key][change.field]) != str(before[key][change.field]) for change in difference.changes)
                for key in changed
            )
    with admin.session() as session:
        undo_import(session, report.batch_id)  # type: ignore[arg-type]
    restored = dict(rows(admin, "SELECT id, to_jsonb(c) FROM customers c"))
    for row in (*before.values(), *restored.values()):
        for derived in ("version", "updated_at"):
            row.pop(derived)
    assert restored == before


def test_an_import_is_undone_by_its_batch_and_rows_edited_since_are_kept(admin: Database, file: Path) -> None:
    """Undo of an import leaves no trace of it, but keeps what was edited since (peers 14)."""
    load(admin, file, "name,email,city\nAnn,ann@x.example,\n")
    report = load(admin, file, "name,email,city\nAnn,ann@x.example,Oslo\nBob,bob@x.example,\nCy,cy@x.example,\n")
    assert counts(report) == (2, 1, 0, 0)
    with admin.session() as session:
        session.connection().exec_driver_sql("UPDATE crm.customers SET notes = 'called' WHERE contact_name = 'Bob'")
    with admin.session() as session:
        done = undo_import(session, report.batch_id)  # type: ignore[arg-type]
    assert (done.restored, done.kept) == (2, 1)
    assert rows(admin, "SELECT contact_name, city FROM customers ORDER BY 1") == [("Ann", None), ("Bob", None)]
    with admin.session() as session:
        newest = list_imports(session)[0]
        assert (newest.created, newest.updated, newest.kept, newest.undone_by) == (2, 1, 1, "Ada Admin")
        assert newest.undone_at is not None


def test_what_is_known_about_an_import_survives_its_undo_and_it_is_undone_once(admin: Database, file: Path) -> None:
    report = load(admin, file, "name,email\nAnn,ann@x.example\n")
    with admin.session() as session:
        assert undo_import(session, report.batch_id).kept == 0  # type: ignore[arg-type]
    from crm_desktop.errors import CrmError

    with pytest.raises(CrmError, match="undone before"), admin.session() as session:
        undo_import(session, report.batch_id)  # type: ignore[arg-type]


def test_an_employee_undoes_an_import_that_only_changed(admin: Database, employee: Database, file: Path) -> None:
    created = load(employee, file, "name,email\nAnn,ann@x.example\n")
    with pytest.raises(NotAllowed, match="would delete customers"), employee.session() as session:
        undo_import(session, created.batch_id)  # type: ignore[arg-type]
    changed = load(employee, file, "name,email,city\nAnn,ann@x.example,Oslo\n")
    with employee.session() as session:
        assert undo_import(session, changed.batch_id).restored == 1  # type: ignore[arg-type]
    hers = load(admin, file, "name,email,city\nAnn,ann@x.example,Rome\n")
    with pytest.raises(NotAllowed, match="Only the person who made"), employee.session() as session:
        undo_import(session, hers.batch_id)  # type: ignore[arg-type]
    with admin.session() as session:
        undo_import(session, created.batch_id)  # type: ignore[arg-type]


def test_who_is_changed_while_the_import_runs_is_not_overwritten(admin: Database, clean: Crm, file: Path) -> None:
    """No silent overwrite by an import either (peers 9)."""
    load(admin, file, "name,email,city\nAnn,ann@x.example,\nBob,bob@x.example,\n")
    file.write_text("name,email,city\nAnn,ann@x.example,Oslo\nBob,bob@x.example,Oslo\n")
    other = clean.connect("emil", autocommit=True)

    def meanwhile(share: float | None, text: str) -> None:
        if share is not None:
            other.execute("UPDATE crm.customers SET city = 'Rome' WHERE contact_name = 'Ann'")

    report = run(admin, file, UPDATE, progress=meanwhile)
    other.close()
    assert counts(report) == (0, 1, 1, 0)
    assert report.skipped_rows[0].reason == "Somebody changed this customer in the meantime."
    assert rows(admin, "SELECT city FROM customers ORDER BY contact_name") == [("Rome",), ("Oslo",)]


def test_fixed_values_and_tags_fill_what_no_column_does(admin: Database, file: Path) -> None:
    plan = Plan(fixed={"source": "Fair 2026", "status": "prospect", "country": "Norway"}, tags=("fair", "2026"))
    load(admin, file, "name,country,phone,tags\nAnn,,22 12 34 56,vip\nBob,Italy,,\n", plan)
    assert rows(admin, "SELECT contact_name, source, status, country, phone, tags FROM customers ORDER BY 1") == [
        ("Ann", "Fair 2026", "prospect", "Norway", "+4722123456", ["fair", "2026", "vip"]),
        ("Bob", "Fair 2026", "prospect", "Italy", None, ["fair", "2026"]),
    ]


def test_columns_are_what_the_person_says_not_what_their_names_say(admin: Database, file: Path) -> None:
    plan = Plan(columns=("contact_name", "address:home:city", "leave", "created_at", "note"))
    plan = replace(plan, properties=replace(plan.properties, date_order="mdy"))
    report = load(admin, file, "a,b,email,since,shoe size\nAnn,Oslo,secret@x.example,03/04/2020,42\n", plan)
    assert report.left_out_columns == ("email",)
    assert rows(admin, "SELECT contact_name, city, email, created_at::date::text, notes FROM customers") == [
        ("Ann", "Oslo", None, "2020-03-04", "Shoe size: 42")
    ]


def test_an_ambiguous_date_is_refused_with_what_to_choose(admin: Database, file: Path) -> None:
    report = load(admin, file, "name,customer since\nAnn,03/04/2020\nBob,13/04/2020\n")
    assert [r.reason for r in report.refused_rows] == [
        "Customer since: “03/04/2020” can be read in two ways: choose the order of dates for the file."
    ]


def test_fixing_the_file_of_refused_rows_imports_exactly_those(admin: Database, file: Path) -> None:
    """Round trip: the refused rows, corrected, are what the second import creates (peers 14: with the same mapping)."""
    from crm_desktop.importing.saved import fitted
    from crm_desktop.importing.sources import look_at

    plan = Plan(columns=("contact_name", "email"), tags=("x",))
    report = load(admin, file, "who,where\nAnn,ann@x.example\nBob,bob at x\nCy,cy@x.example\nDee,dee.x.example\n", plan)
    assert counts(report) == (2, 0, 0, 2)
    assert report.refused_file is not None
    text = report.refused_file.read_text(encoding="utf-8-sig")
    report.refused_file.write_text(text.replace("bob at x", "bob@x.example"), encoding="utf-8-sig")
    again = fitted(plan, look_at(report.refused_file).header)
    second = run(admin, report.refused_file, again)
    assert counts(second) == (1, 0, 0, 1)
    assert rows(admin, "SELECT contact_name, tags FROM customers WHERE contact_name = 'Bob'") == [("Bob", ["x"])]
    assert second.refused_file is not None
    header = second.refused_file.read_text(encoding="utf-8-sig").splitlines()[0]
    assert header == "Reason refused,Line refused,who,where", "the reasons do not pile up"


@pytest.mark.parametrize(
    "definition",
    [
        "[]",
        '"x"',
        '{"columns": 7, "fixed": [1], "tags": "x", "properties": [], "key": {}, "overwrite": "yes"}',
        '{"properties": {"encoding": "no such", "delimiter": ",,", "date_order": "ydm", "decimal": "x", "sheet": 1}}',
    ],
)
def test_a_mapping_that_another_program_wrote_keeps_nobody_from_importing(
    admin: Database, employee: Database, file: Path, definition: str
) -> None:
    with employee.raw() as connection:
        statement = "INSERT INTO crm.import_mappings (kind, name, header, definition) VALUES ('customers', 'x', '', %s)"
        connection.execute(statement, (definition,))
    with admin.session() as session:
        (kept,) = list_mappings(session, "customers")
    assert counts(load(admin, file, "name,customer since\nAnn,03/04/2020\nBob,13/04/2020\n", kept.plan)) == (1, 0, 0, 1)
