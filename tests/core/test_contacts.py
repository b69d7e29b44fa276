"""The people at companies: saved, found, linked, made primary and removed, with two persons at it at once."""

from dataclasses import replace
from threading import Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from crm_desktop.audit.undo import current_transaction, undo_transaction
from crm_desktop.contacts.actions import add_contact, edit_contact, link_contact, make_primary, remove_contact
from crm_desktop.contacts.queries import contact_at, contacts_of, find_people, removal_preview, roles
from crm_desktop.contacts.rows import ContactRow, Place
from crm_desktop.contacts.validation import ContactInput
from crm_desktop.customers.actions import add_customer, delete_customer, deletion_preview
from crm_desktop.customers.known import who_has
from crm_desktop.customers.queries import customer_listing
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError, InvalidInput, NotAllowed, NotFound, StaleRow
from crm_desktop.interactions.actions import log_interaction
from crm_desktop.interactions.queries import interaction, interaction_listing
from crm_desktop.interactions.timeline import timeline
from crm_desktop.interactions.validation import InteractionInput
from crm_desktop.listing.request import ListRequest
from crm_desktop.loyalty.actions import Booking, book, enrol
from tests.helpers.postgres import Crm

RENATA = ContactInput(
    name="Renáta  Kovács", role="Head of purchasing", email="R.Kovacs@nordlicht.example", phone="030 901820",
    other_emails=("renata@home.example",), other_phones=("0171 5557788",), notes="Mornings",
)  # fmt: skip


def company(database: Database, name: str = "Nordlicht", **fields: str) -> UUID:
    with database.session() as session:
        return add_customer(session, CustomerInput(company_name=name, customer_type="business", **fields))


def add(database: Database, customer_id: UUID, given: ContactInput = RENATA, country: str = "Germany") -> UUID:
    with database.session() as session:
        return add_contact(session, customer_id, given, country=country)


def found(database: Database, typed: str) -> list[str]:
    with database.connection() as connection:
        return [row.name for row in customer_listing(ListRequest(search=typed)).first(connection).rows]


def test_a_contact_is_saved_and_read_back(employee: Database) -> None:
    """Complaint 15: every email and phone is kept."""
    nordlicht = company(employee)
    renata = add(employee, nordlicht)
    with employee.session() as session:
        [row] = contacts_of(session, nordlicht)
        assert contact_at(session, renata, nordlicht) == row
    assert row == ContactRow(
        id=renata, customer_id=nordlicht, name="Renáta Kovács", role="Head of purchasing", is_primary=True,
        email="R.Kovacs@nordlicht.example", phone="+4930901820", other_emails=("renata@home.example",),
        other_phones=("+491715557788",), notes="Mornings", version=1, position_version=1, elsewhere=(),
    )  # fmt: skip
    assert row.emails == ("R.Kovacs@nordlicht.example", "renata@home.example")
    assert row.phones == ("+4930901820", "+491715557788")


def test_what_cannot_be_saved_is_refused(employee: Database) -> None:
    nordlicht = company(employee)
    wrong = ContactInput(name=" ", role="x" * 101, email="no", phone="12")
    with pytest.raises(InvalidInput) as caught, employee.session() as session:
        add_contact(session, nordlicht, wrong, allow_unchecked_phone=False)
    assert set(caught.value.fields) == {"name", "role", "email", "phone"}
    with pytest.raises(NotFound), employee.session() as session:
        add_contact(session, uuid4(), RENATA)


@pytest.mark.parametrize(
    "typed", ["kovacs", "renata nordlicht", "r.kovacs@nord", "renata@home", "0171 5557788", "030 901820", "5557788"]
)
def test_a_company_is_found_by_its_contact(employee: Database, typed: str) -> None:
    """Complaint 17: one search box."""
    nordlicht = company(employee)
    company(employee, "Südlicht")
    renata = add(employee, nordlicht)
    assert found(employee, typed) == ["Nordlicht"]
    with employee.session() as session:
        remove_contact(session, renata, nordlicht, delete_person=True)
    assert found(employee, typed) == []


def test_somebody_may_be_at_several_companies(employee: Database) -> None:
    nordlicht, south = company(employee), company(employee, "Südlicht")
    renata = add(employee, nordlicht)
    with employee.session() as session:
        [person] = find_people(session, "kovacs renata", south)
        assert (person.id, person.email) == (renata, "R.Kovacs@nordlicht.example")
        assert person.places == (Place(nordlicht, "Nordlicht", "Head of purchasing"),)
        assert find_people(session, "kovacs", nordlicht) == [] == find_people(session, "  ", south)
        link_contact(session, renata, south, "  Owner ")
    with employee.session() as session:
        [here], [there] = contacts_of(session, nordlicht), contacts_of(session, south)
        assert (here.role, here.elsewhere) == ("Head of purchasing", (Place(south, "Südlicht", "Owner"),))
        assert (there.role, there.is_primary) == ("Owner", True)
        assert sorted(roles(session)) == ["Head of purchasing", "Owner"]
        edit_contact(session, renata, south, (1, 1), replace(RENATA, name="R. Kovács", role="Owner"))
        assert contact_at(session, renata, nordlicht).name == "R. Kovács"
        assert contact_at(session, renata, nordlicht).role == "Head of purchasing"
    assert found(employee, "r. kovacs") == ["Nordlicht", "Südlicht"]
    with pytest.raises(CrmError, match="already"), employee.session() as session:
        link_contact(session, renata, south)
    with pytest.raises(NotFound), employee.session() as session:
        link_contact(session, uuid4(), south)


def test_an_edit_names_both_versions_that_it_saw(admin: Database, employee: Database) -> None:
    """Complaint 9: silent overwrite."""
    nordlicht = company(employee)
    renata = add(employee, nordlicht)
    with admin.session() as session:
        edit_contact(session, renata, nordlicht, (1, 1), replace(RENATA, role="Owner"), country="Germany")
        now = contact_at(session, renata, nordlicht)
    assert (now.version, now.position_version) == (1, 2)
    for seen in ((1, 1), (2, 2)):
        with pytest.raises(StaleRow) as caught, employee.session() as session:
            edit_contact(session, renata, nordlicht, seen, replace(RENATA, notes="Evenings"), country="Germany")
        assert caught.value.theirs == now
    with employee.session() as session:
        edit_contact(session, renata, nordlicht, (1, 2), replace(RENATA, notes="Evenings"))
        remove_contact(session, renata, nordlicht, delete_person=False)
    with pytest.raises(NotFound), employee.session() as session:
        edit_contact(session, renata, nordlicht, (2, 2), RENATA)


def test_there_is_one_primary_contact(employee: Database) -> None:
    nordlicht = company(employee)
    first, second = add(employee, nordlicht), add(employee, nordlicht, ContactInput(name="Ben"))
    with employee.session() as session:
        assert [(row.id, row.is_primary) for row in contacts_of(session, nordlicht)] == [(first, True), (second, False)]
        make_primary(session, second, nordlicht)
    with employee.session() as session:
        assert [(row.id, row.is_primary) for row in contacts_of(session, nordlicht)] == [(second, True), (first, False)]
        transaction = current_transaction(session)
        make_primary(session, first, nordlicht)
    with employee.session() as session:
        undo_transaction(session, transaction)
    with employee.session() as session:
        assert [row.id for row in contacts_of(session, nordlicht) if row.is_primary] == [second]
    with pytest.raises(NotFound), employee.session() as session:
        make_primary(session, uuid4(), nordlicht)


def test_two_people_choose_another_primary_contact_at_once(admin: Database, employee: Database) -> None:
    nordlicht = company(employee)
    add(employee, nordlicht)
    second, third = (add(employee, nordlicht, ContactInput(name=name)) for name in ("Ben", "Cid"))
    with admin.session() as session:
        make_primary(session, second, nordlicht)

        def choose() -> None:
            with employee.session() as other:
                make_primary(other, third, nordlicht)

        waiting = Thread(target=choose)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join(10)
    with admin.session() as session:
        assert [row.id for row in contacts_of(session, nordlicht) if row.is_primary] == [third]


def test_two_people_add_the_first_contact_at_once(admin: Database, employee: Database) -> None:
    nordlicht = company(employee)
    with admin.session() as session:
        add_contact(session, nordlicht, RENATA)
        waiting = Thread(target=lambda: add(employee, nordlicht, ContactInput(name="Ben")))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join(10)
    with admin.session() as session:
        assert [(row.name, row.is_primary) for row in contacts_of(session, nordlicht)] == [
            ("Renáta Kovács", True),
            ("Ben", False),
        ]


def test_removing_takes_the_person_along_only_where_nobody_needs_it(employee: Database) -> None:
    nordlicht, south = company(employee), company(employee, "Südlicht")
    renata = add(employee, nordlicht)
    people = text("SELECT count(*) FROM crm.contacts")
    with employee.session() as session:
        link_contact(session, renata, south)
        assert removal_preview(session, renata, nordlicht).is_elsewhere
        remove_contact(session, renata, nordlicht, delete_person=True)
        assert session.execute(people).scalar() == 1
        preview = removal_preview(session, renata, south)
        assert (preview.name, preview.deletes_person) == ("Renáta Kovács", True)
        log_interaction(session, InteractionInput(south, subject="Call", contact_id=renata))
        assert not removal_preview(session, renata, south).deletes_person
        remove_contact(session, renata, south, delete_person=True)
        assert session.execute(people).scalar() == 1
        [row] = interaction_listing(ListRequest()).first(session.connection()).rows
        assert row.contact == "Renáta Kovács"
        with pytest.raises(NotFound):
            removal_preview(session, renata, south)
    third = add(employee, south, ContactInput(name="Ben"))
    with employee.session() as session:
        transaction = remove_contact(session, third, south, delete_person=True)
    with employee.session() as session:
        assert session.execute(people).scalar() == 1
        undo_transaction(session, transaction)
    with employee.session() as session:
        [back] = contacts_of(session, south)
        assert (back.id, back.name, back.is_primary) == (third, "Ben", True)
    assert found(employee, "ben") == ["Südlicht"]


def test_whoever_earned_points_stays_known_for_them(employee: Database) -> None:
    nordlicht = company(employee)
    renata = add(employee, nordlicht)
    with employee.session() as session:
        account = enrol(session, nordlicht)
        book(session, account, Booking("earn", 100, "Welcome", contact_id=renata))
        assert not removal_preview(session, renata, nordlicht).deletes_person
        remove_contact(session, renata, nordlicht, delete_person=True)
        assert session.execute(text("SELECT contact_id FROM crm.loyalty_ledger")).scalar() == renata


def test_an_interaction_names_the_contact_spoken_to(employee: Database) -> None:
    nordlicht = company(employee)
    renata = add(employee, nordlicht)
    with employee.session() as session:
        entry = log_interaction(session, InteractionInput(nordlicht, subject="Call", contact_id=renata))
        log_interaction(session, InteractionInput(nordlicht, subject="Nobody in particular"))
        assert interaction(session, entry).contact == "Renáta Kovács"
        rows = timeline(session, nordlicht)
        assert sorted(row.contact for row in (*rows.planned, *rows.history)) == ["", "Renáta Kovács"]
        only = {"field": "contact_id", "operator": "is", "value": str(renata)}
        [row] = interaction_listing(ListRequest(filter=only)).first(session.connection()).rows
        assert (row.id, row.contact) == (entry, "Renáta Kovács")


def test_somebody_s_address_is_known_from_a_company(employee: Database) -> None:
    """Complaint 2: nothing warns of duplicates."""
    nordlicht, south = company(employee), company(employee, "Südlicht")
    renata = add(employee, nordlicht)
    with employee.session() as session:
        for emails, phones in ((["r.kovacs@NORDLICHT.example"], []), (["renata@home.example"], []),
                               ([], ["+491715557788"]), ([], ["+4930901820"])):  # fmt: skip
            [known] = who_has(session, emails, phones)
            assert (known.customer_id, known.contact_id) == (nordlicht, renata)
            assert known.name == "Renáta Kovács of Nordlicht"
        asked = (["renata@home.example"], [])
        assert who_has(session, *asked, except_contacts_of=nordlicht) == []
        assert who_has(session, *asked, except_contact=renata) == []
        assert len(who_has(session, *asked, except_contacts_of=south)) == 1


def test_a_deleted_company_takes_the_contacts_that_nobody_else_knows(admin: Database) -> None:
    nordlicht, south = company(admin), company(admin, "Südlicht")
    only_here, shared, named = (add(admin, nordlicht, ContactInput(name=name)) for name in ("Ana", "Ben", "Cid"))
    with admin.session() as session:
        link_contact(session, shared, south)
        log_interaction(session, InteractionInput(south, subject="Call", contact_id=named))
        log_interaction(session, InteractionInput(nordlicht, subject="Call", contact_id=only_here))
        preview = deletion_preview(session, nordlicht)
    assert (preview.contacts, preview.contacts_kept) == (1, 2)
    names = text("SELECT array_agg(name ORDER BY name) FROM crm.contacts")
    with admin.session() as session:
        transaction = delete_customer(session, nordlicht)
        assert session.execute(names).scalar() == ["Ben", "Cid"]
    with admin.session() as session:
        undo_transaction(session, transaction)
    with admin.session() as session:
        assert [row.name for row in contacts_of(session, nordlicht)] == ["Ana", "Ben", "Cid"]
        rows = timeline(session, nordlicht)
        assert [row.contact for row in (*rows.planned, *rows.history)] == ["Ana"]
    assert found(admin, "ana") == ["Nordlicht"]


def test_nobody_takes_the_contact_out_of_the_interactions_of_others(
    admin: Database, employee: Database, crm: Crm
) -> None:
    """What the window hides, the database refuses: deleting a person would change what others wrote."""
    nordlicht = company(employee)
    renata, ben = add(employee, nordlicht), add(employee, nordlicht, ContactInput(name="Ben"))
    with admin.session() as session:
        log_interaction(session, InteractionInput(nordlicht, subject="Ada's", contact_id=renata))
    with employee.session() as session:
        log_interaction(session, InteractionInput(nordlicht, subject="Emil's", contact_id=ben))
    delete = text("DELETE FROM crm.contacts WHERE id = :id")
    with pytest.raises(NotAllowed, match="Interactions of others"), employee.session() as session:
        session.execute(delete, {"id": renata})
    with employee.session() as session:
        session.execute(delete, {"id": ben})
    with admin.session() as session:
        session.execute(delete, {"id": renata})
        assert contacts_of(session, nordlicht) == []


def test_at_most_one_is_primary_over_plain_sql(employee: Database) -> None:
    nordlicht = company(employee)
    add(employee, nordlicht)
    ben = add(employee, nordlicht, ContactInput(name="Ben"))
    with pytest.raises(CrmError), employee.session() as session:
        session.execute(text("UPDATE crm.contact_positions SET is_primary = true WHERE contact_id = :id"), {"id": ben})


def test_people_go_with_the_last_company_that_is_deleted(admin: Database) -> None:
    """Neither the window nor plain SQL leaves people behind whom nobody can find any more."""
    one, two, third = (company(admin, name) for name in ("One", "Two", "Three"))
    both = add(admin, one, ContactInput(name="Both"))
    add(admin, two, ContactInput(name="Only two"))
    kept, named = add(admin, two, ContactInput(name="Kept")), add(admin, one, ContactInput(name="Named"))
    with admin.session() as session:
        link_contact(session, both, two)
        link_contact(session, kept, third)
        log_interaction(session, InteractionInput(third, subject="Call", contact_id=named))
        log_interaction(session, InteractionInput(one, subject="Call", contact_id=both))
    with admin.session() as session:
        session.execute(text("DELETE FROM crm.customers WHERE id = ANY (:gone)"), {"gone": [one, two]})
        transaction = current_transaction(session)
    names = text("SELECT array_agg(name ORDER BY name) FROM crm.contacts")
    with admin.session() as session:
        assert session.execute(names).scalar() == ["Kept", "Named"]
        undo_transaction(session, transaction)
    with admin.session() as session:
        assert session.execute(names).scalar() == ["Both", "Kept", "Named", "Only two"]
        assert {row.name for row in contacts_of(session, two)} == {"Both", "Kept", "Only two"}
        rows = timeline(session, one)
        assert [row.contact for row in (*rows.planned, *rows.history)] == ["Both"]
    assert found(admin, "only two") == ["Two"]


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("kovacs", ("Renáta Kovács",)),
        ("nordlicht kov", ("Renáta Kovács",)),
        ("r.kovacs@nord", ("Renáta Kovács, R.Kovacs@nordlicht.example",)),
        ("0171 5557788", ("Renáta Kovács, +491715557788",)),
        ("nordlicht", ()),
    ],
)
def test_a_found_company_says_through_whom(employee: Database, typed: str, named: tuple[str, ...]) -> None:
    """Complaint 17: a row that is found for a reason that nobody can see looks like a mistake."""
    nordlicht = company(employee)
    add(employee, nordlicht, replace(RENATA, email="", other_emails=()) if typed == "nordlicht" else RENATA)
    with employee.connection() as connection:
        [row] = customer_listing(ListRequest(search=typed)).first(connection).rows
        assert row.contacts_found == named
        [row] = customer_listing(ListRequest()).first(connection).rows
        assert row.contacts_found == ()
