"""Contacts of companies, and interactions, from files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.database.engine import Database
from crm_desktop.errors import ImportRefused, NotAllowed
from crm_desktop.importing.history import undo_import
from crm_desktop.importing.plan import Plan, Properties
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import run, try_out
from tests.helpers.postgres import Crm

CONTACTS = Plan(kind="contacts")
INTERACTIONS = Plan(kind="interactions")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.raw() as connection:
        return connection.execute(query.encode()).fetchall()


def load(database: Database, file: Path, text: str, plan: Plan) -> ImportReport:
    file.write_text(text, encoding="utf-8")
    promised, differences = try_out(database, file, plan)
    differences.close()
    report = run(database, file, plan)
    assert counts(promised) == counts(report), "the dry run counts what the run does"
    return report


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.skipped, report.refused


PEOPLE = (
    "SELECT c.company_name, t.name, p.role, t.email, t.other_emails, p.is_primary"
    " FROM contacts t JOIN contact_positions p ON p.contact_id = t.id JOIN customers c ON c.id = p.customer_id"
    " ORDER BY 1, 2"
)


def test_contacts_find_their_company_by_name_or_domain_or_it_is_created(employee: Database, file: Path) -> None:
    load(employee, file, "company,name,email\nAcme,,info@acme.example\nAcme,Ann Private,ann@acme.example\n", Plan())
    report = load(
        employee,
        file,
        "Company,Name,Job title,Emails,Primary\n"
        "ACME,Bo Ek,Buyer,bo@acme.example; bo@home.example,yes\n"
        ",Cy Fox,,cy@acme.example,\n"
        "New Ltd,Dee,,dee@new.example,yes\n"
        "new ltd,Eve,,eve@new.example,yes\n"
        ",Flo,,flo@unknown.example,\n"
        ",Gus,,,\n"
        "Acme,,,,\n",
        CONTACTS,
    )
    assert counts(report) == (4, 0, 0, 3)
    assert report.companies == 1
    assert rows(employee, PEOPLE) == [
        ("Acme", "Bo Ek", "Buyer", "bo@acme.example", ["bo@home.example"], True),
        ("Acme", "Cy Fox", None, "cy@acme.example", [], False),
        ("New Ltd", "Dee", None, "dee@new.example", [], True),
        ("New Ltd", "Eve", None, "eve@new.example", [], False),
    ]
    reasons = [r.reason for r in report.refused_rows]
    assert reasons[0] == "No company name, and no single company has addresses at unknown.example."
    assert load(employee, file, file.read_text(), CONTACTS).created == 0, "a second time they are known (peers 13)"


def test_contacts_are_updated_and_the_import_taken_back(admin: Database, file: Path) -> None:
    load(admin, file, "company,name,email\nAcme,Bo Ek,bo@acme.example\n", CONTACTS)
    report = load(
        admin,
        file,
        "company,name,email,phone,role\nAcme,Bo Ek,bo@acme.example,+4722123456,Buyer\nAcme,Bo,BO@acme.example,,\n"
        "Acme,Cy,,,\n",
        replace(CONTACTS, existing="update"),
    )
    assert counts(report) == (1, 1, 1, 0)
    assert rows(admin, "SELECT phone, phone_national FROM contacts WHERE phone <> ''") == [("+4722123456", "22123456")]
    with admin.session() as session:
        assert undo_import(session, report.batch_id).kept == 0  # type: ignore[arg-type]
    assert rows(admin, PEOPLE) == [("Acme", "Bo Ek", None, "bo@acme.example", [], False)]


def test_somebody_known_at_another_company_gets_a_further_position_and_no_twin(admin: Database, file: Path) -> None:
    head = "company,name,email,phone\n"
    load(
        admin,
        file,
        head + "Acme,Bo Ek,bo@ek.example,\nAcme,Cy Fox,,+4722123456\nAcme,Sales,info@ek.example,\n",
        CONTACTS,
    )
    before = rows(admin, PEOPLE)
    report = load(
        admin,
        file,
        head
        + "Beta,Bo E.,BO@ek.example,+4722999999\n"  # the address
        + "Beta,Cy Fox,cy@fox.example,+4722123456\n"  # number and name
        + "Beta,Dee,info@ek.example,\n"  # a mailbox that several share
        + "Beta,Cy Fux,,+4722123456\n"  # the number alone
        + "Gamma,Eve,eve@eve.example,\nDelta,Eve,EVE@eve.example,\n"  # twice in the file
        + "Gamma,Bo Ek,bo@ek.example,\n",
        CONTACTS,
    )
    assert counts(report) == (7, 0, 0, 0)
    assert report.remarks[-1].startswith("4 people are known already at another company")
    known = dict(rows(admin, "SELECT name, count(*) FROM contacts GROUP BY name"))
    assert known == {"Bo Ek": 1, "Cy Fox": 1, "Sales": 1, "Dee": 1, "Cy Fux": 1, "Eve": 1}
    assert rows(
        admin,
        "SELECT t.name, string_agg(c.company_name, ',' ORDER BY c.company_name), t.email, t.phone FROM contacts t"
        " JOIN contact_positions p ON p.contact_id = t.id JOIN customers c ON c.id = p.customer_id"
        " GROUP BY t.id HAVING count(*) > 1 ORDER BY 1",
    ) == [
        ("Bo Ek", "Acme,Beta,Gamma", "bo@ek.example", "+4722999999"),
        ("Cy Fox", "Acme,Beta", "cy@fox.example", "+4722123456"),
        ("Eve", "Delta,Gamma", "eve@eve.example", None),
    ]
    assert load(admin, file, file.read_text(), CONTACTS).created == 0
    with admin.session() as session:
        assert undo_import(session, report.batch_id).kept == 0  # type: ignore[arg-type]
    assert rows(admin, PEOPLE) == before


LOG = (
    "SELECT c.contact_name, u.username, i.type, i.subject, i.status, i.duration, i.created_at::text, i.description FROM"
)
LOG += " customer_interactions i JOIN customers c ON c.id = i.customer_id JOIN users u ON u.id = i.user_id ORDER BY 4"


def test_interactions_find_their_customer_by_address_number_or_name(employee: Database, file: Path) -> None:
    load(
        employee,
        file,
        "name,emails,phone\nAnn,ann@x.example; a2@x.example,\nBob,,+4722123456\nCy,,\nDee,d1@x.example,\n"
        "Dee,d2@x.example,\n",
        Plan(),
    )
    report = load(
        employee,
        file,
        "Customer,Email,Phone,Type,Subject,Date,Duration,Notes,Channel no\n"
        ',A2@x.example,,Phone call,s1,2026-03-04 10:00+00:00,"1,5 h",hello,7\n'
        ",,+47 22 12 34 56,visit,s2,04.03.2026 11:00 UTC,,,\n"
        "cy,,,strange,s3,2026-03-05T00:00:00Z,,,\n"
        "Dee,,,call,s4,,,,\n"
        ",nobody@x.example,,call,s5,,,,\n"
        ",ann@x.example,,call,,,,,\n"
        ",ann@x.example,,call,s6,nonsense,,,\n"
        ",,,call,s7,,,,\n",
        replace(INTERACTIONS, properties=Properties(decimal=",")),
    )
    assert counts(report) == (3, 0, 0, 5)
    assert rows(employee, LOG) == [
        ("Ann", "emil", "call", "s1", "completed", 90, "2026-03-04 10:00:00+00", "hello\nChannel no: 7"),
        ("Bob", "emil", "meeting", "s2", "completed", None, "2026-03-04 11:00:00+00", None),
        ("Cy", "emil", "other", "s3", "completed", None, "2026-03-05 00:00:00+00", "Type: strange"),
    ]
    assert [r.reason for r in report.refused_rows] == [
        "Several customers go by Dee: add their email address.",
        "There is no customer with the email address nobody@x.example.",
        "Neither a subject nor a description.",
        "Date: “nonsense” is not a date.",
        "Nothing says which customer this belongs to.",
    ]
    again = load(employee, file, file.read_text(), replace(INTERACTIONS, properties=Properties(decimal=",")))
    assert counts(again) == (0, 0, 3, 5)
    with employee.session() as session:
        assert undo_import(session, report.batch_id).restored == 3  # type: ignore[arg-type]
    assert not rows(employee, LOG), "employees take back what they imported in their own name"


def test_only_administrators_import_in_the_name_of_others(admin: Database, employee: Database, file: Path) -> None:
    load(admin, file, "name,email\nAnn,ann@x.example\n", Plan())
    text = "email,subject,author\nann@x.example,a,ada\nann@x.example,b,emil\nann@x.example,c,nobody\n"
    report = load(employee, file, text, INTERACTIONS)
    assert [r.reason for r in report.refused_rows] == [
        "Only administrators may import interactions in the name of others.",
        "Nobody here has the username nobody.",
    ]
    assert counts(load(admin, file, text, INTERACTIONS)) == (1, 0, 1, 1)
    assert [row[1] for row in rows(admin, LOG)] == ["ada", "emil"]
    with pytest.raises(NotAllowed), employee.raw() as connection:
        connection.execute(
            "INSERT INTO customer_interactions (customer_id, user_id, type, subject)"
            " SELECT c.id, u.id, 'call', 'x' FROM customers c, users u WHERE u.username = 'ada'"
        )


@pytest.mark.parametrize(
    ("plan", "text", "words"),
    [
        (CONTACTS, "company,email\nAcme,a@x.example\n", "no column for the name of a contact"),
        (INTERACTIONS, "subject,date\nx,2026-01-01\n", "no column for the customer's number, email"),
        (INTERACTIONS, "email,date\na@x.example,2026-01-01\n", "no column for a subject"),
    ],
)
def test_files_without_what_is_needed(admin: Database, file: Path, plan: Plan, text: str, words: str) -> None:
    file.write_text(text)
    with pytest.raises(ImportRefused, match=words):
        run(admin, file, plan)


CELLS = st.tuples(
    st.sampled_from(["Ann", "Bob", "", "Zed"]),
    st.sampled_from(["a@acme.example", "A@ACME.example", "b@b.example", "", "bad"]),
    st.sampled_from(["Acme", "acme", "", "Other"]), st.sampled_from(["x", "y", ""]),
    st.sampled_from(["call", "", "what"]),
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(CELLS, max_size=6),
    st.sampled_from(["contacts", "interactions"]),
    st.sampled_from(["skip", "update", "create"]),
)
def test_every_row_of_contacts_and_interactions_is_accounted_for(
    clean: Crm, admin: Database, file: Path, table: list[tuple[str, ...]], kind: Any, existing: str
) -> None:
    clean.empty()
    load(admin, file, "name,email,company\nAnn,a@acme.example,Acme\nZed,,\n", Plan())
    text = "".join(",".join(cells) + "\n" for cells in [("name", "email", "company", "subject", "type"), *table])
    plan = Plan(kind=kind, existing=existing)
    tables = {"contacts": "contact_positions", "interactions": "customer_interactions"}
    first = load(admin, file, text, plan)
    assert rows(admin, f"SELECT count(*) FROM {tables[kind]}") == [(first.created,)]
    second = load(admin, file, text, plan)
    assert second.rows == first.rows
    if existing != "create":
        assert second.created == 0
    with admin.session() as session:
        undo_import(session, second.batch_id)  # type: ignore[arg-type]
        undo_import(session, first.batch_id)  # type: ignore[arg-type]
    assert rows(admin, f"SELECT count(*) FROM {tables[kind]}") == [(0,)]


def test_interactions_find_their_customer_by_number(employee: Database, file: Path) -> None:
    load(employee, file, "customer number,name,email\nA1,Ann,one@x.example\nA2,Ann,two@x.example\n", Plan())
    report = load(employee, file, "customer no,email,subject\na2,one@x.example,Called\nA9,,Called\n", INTERACTIONS)
    assert counts(report) == (1, 0, 0, 1)
    assert report.refused_rows[0].reason == "There is no customer with the number A9."
    assert rows(
        employee,
        "SELECT c.customer_number FROM customer_interactions i JOIN customers c ON c.id = i.customer_id",
    ) == [("A2",)]
