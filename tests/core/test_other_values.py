"""More than one email address and phone: how they are saved, found, and recognised as somebody's already."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from crm_desktop.customers.actions import add_customer, edit_customer
from crm_desktop.customers.known import who_has
from crm_desktop.customers.queries import customer_card, customer_listing
from crm_desktop.customers.reach import MOST_OTHERS, Reach, clean_reach
from crm_desktop.customers.validation import CustomerInput, validate
from crm_desktop.database.engine import Database
from crm_desktop.errors import InvalidInput
from crm_desktop.listing.request import ListRequest

ANA = CustomerInput(
    contact_name="Ana Trujillo", email="Ana@example.com", phone="030 123456", country="Germany",
    other_emails=("ana.privat@Example.ORG", "büro@example.net"), other_phones=("0171 5557788", "+7 912 345-67-89"),
)  # fmt: skip


def save(database: Database, given: CustomerInput = ANA) -> UUID:
    with database.session() as session:
        return add_customer(session, given)


def found(database: Database, typed: str) -> list[str]:
    with database.connection() as connection:
        return [row.name for row in customer_listing(ListRequest(search=typed)).first(connection).rows]


def test_every_value_is_saved_like_the_main_one_and_read_back(employee: Database) -> None:
    """Complaint 15: several emails or phones do not survive."""
    customer = save(employee)
    with employee.session() as session:
        card = customer_card(session, customer)
    assert card.other_emails == ("ana.privat@example.org", "büro@example.net")
    assert card.other_phones == ("+491715557788", "+79123456789")
    with employee.session() as session:
        edit_customer(session, customer, card.version, replace(ANA, other_emails=(), other_phones=("ext. 12",)))
        card = customer_card(session, customer)
    assert (card.other_emails, card.other_phones, card.version) == ((), ("ext. 12",), 2)


def test_the_list_carries_the_other_values(employee: Database) -> None:
    save(employee)
    with employee.connection() as connection:
        [row] = customer_listing(ListRequest()).first(connection).rows
    assert row.other_emails == ("ana.privat@example.org", "büro@example.net")
    assert row.other_phones == ("+491715557788", "+79123456789")


@pytest.mark.parametrize(
    "typed",
    ["privat@example", "buro@example.net", "0171 5557788", "+49 171 555 77 88", "5557788", "8 (912) 345-67-89",
     "+7 912 3456789", "ana@example 0171 555"],
)  # fmt: skip
def test_a_customer_is_found_by_every_value_in_any_format(employee: Database, typed: str) -> None:
    """Complaint 16: phone search depends on the format."""
    save(employee)
    save(employee, CustomerInput(contact_name="Somebody else", email="other@example.com", other_phones=("+4930999",)))
    assert found(employee, typed) == ["Ana Trujillo"]


def test_a_value_stands_once_and_the_first_is_the_main_one() -> None:
    given = Reach("", "", (" A@x.org ", "b@x.org", "a@X.org"), ("030 123456", "+49 30 123456", ""))
    clean, faults = clean_reach(given, "Germany", allow_unchecked_phone=False)
    assert faults == {}
    assert clean == Reach("A@x.org", "+4930123456", ("b@x.org",), ())
    clean, _ = clean_reach(replace(given, email="b@x.org"), "", allow_unchecked_phone=True)
    assert clean == Reach("b@x.org", "030 123456", ("A@x.org",), ("+4930123456",))


def test_what_is_wrong_is_said_of_the_value_that_is_wrong() -> None:
    wrong = replace(ANA, other_emails=("fine@x.org", "no address"), other_phones=("12", "+4930123456"))
    with pytest.raises(InvalidInput) as caught:
        validate(wrong)
    assert set(caught.value.fields) == {"other_emails", "other_phones"}
    assert caught.value.fields["other_emails"].startswith("“no address”: This is not an email address")
    assert caught.value.fields["other_phones"].startswith("“12”: ")
    assert validate(replace(wrong, other_emails=()), allow_unchecked_phone={"12"}).other_phones == ("12",)
    with pytest.raises(InvalidInput):
        validate(replace(wrong, other_emails=(), phone="34"), allow_unchecked_phone={"12"})
    many = tuple(f"{number}@x.org" for number in range(MOST_OTHERS + 1))
    with pytest.raises(InvalidInput, match=str(MOST_OTHERS)):
        validate(replace(ANA, other_emails=many))


def test_somebody_is_known_by_any_of_their_values(employee: Database) -> None:
    """Complaints 2 and 4: warned of duplicates, by an index."""
    ana = save(employee)
    with employee.session() as session:
        for emails, phones in (
            ([" ANA@example.com"], []), (["ana.PRIVAT@example.org"], []), (["Buro@example.net"], []),
            ([], ["+4930123456"]), ([], ["+79123456789"]), (["x@x.org", "ana@example.com"], ["+491715557788"]),
        ):  # fmt: skip
            [known] = who_has(session, emails, phones)
            assert (known.customer_id, known.name, known.contact_id) == (ana, "Ana Trujillo", None)
            assert bool(known.emails) == bool(emails) and known.phones == set(phones)
        assert who_has(session, ["ana@example.com"], ["+79123456789"], except_customer=ana) == []
        assert who_has(session) == who_has(session, [" "], ["030"]) == []


def test_the_look_for_other_values_takes_the_index(admin: Database) -> None:
    """Complaint 4: never a scan while somebody is typing."""
    save(admin)
    with admin.session() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = session.execute(
            text(
                "EXPLAIN SELECT FROM crm.customers WHERE (other_emails <> '[]'::jsonb OR other_phones <> '[]'::jsonb)"
                " AND crm.reach(other_emails, other_phones) && ARRAY['a@x.org']"
            )
        ).scalars()
        assert "ix_customers_other_values" in "\n".join(plan)
