"""How long texts may be: the same in dialogs and actions as in an import, with a message at the field."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from crm_desktop.access.accounts import check_new_person
from crm_desktop.contacts.validation import ContactInput
from crm_desktop.contacts.validation import validate as contact
from crm_desktop.customers.actions import add_customer
from crm_desktop.customers.queries import customer_card
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.customers.validation import validate as customer
from crm_desktop.database.engine import Database
from crm_desktop.errors import InvalidInput
from crm_desktop.importing.checking import Refused, check
from crm_desktop.importing.drafts import Draft
from crm_desktop.interactions.validation import InteractionInput
from crm_desktop.interactions.validation import validate as interaction
from crm_desktop.lengths import ADDRESS, LINE, TEXT
from tests.helpers.postgres import Crm

LINES = ("company_name", "contact_name", "city", "state", "country", "postal_code", "source")


def a_customer(**fields: Any) -> CustomerInput:
    return customer(CustomerInput(**{"contact_name": "Ana", **fields}), allow_unchecked_phone=True)


def a_contact(**fields: Any) -> ContactInput:
    return contact(ContactInput(**{"name": "Ana", **fields}), allow_unchecked_phone=True)


def an_interaction(**fields: Any) -> InteractionInput:
    return interaction(InteractionInput(UUID(int=1), **{"subject": "Call", **fields}))


CASES = [
    *((a_customer, name, LINE) for name in LINES),
    (a_customer, "address", ADDRESS),
    (a_customer, "notes", TEXT),
    (a_customer, "phone", LINE),
    (a_contact, "name", LINE),
    (a_contact, "notes", TEXT),
    (a_contact, "phone", LINE),
    (an_interaction, "subject", LINE),
    (an_interaction, "description", TEXT),
    (an_interaction, "outcome", TEXT),
]


@pytest.mark.parametrize(("make", "name", "most"), CASES)
def test_a_text_of_the_greatest_length_is_kept_and_a_longer_one_refused(make: Any, name: str, most: int) -> None:
    letter = "7" if name == "phone" else "x"
    assert getattr(make(**{name: letter * most}), name) == letter * most
    with pytest.raises(InvalidInput) as refused:
        make(**{name: letter * (most + 1)})
    assert list(refused.value.fields) == [name]
    assert f"{most + 1:,} characters are too many: at most {most:,} can be kept." in refused.value.fields[name]


def test_other_addresses_and_numbers_are_short_too() -> None:
    for name, value in (
        ("other_phones", "7" * 400),
        ("other_emails", "x" * 400 + "@example.com"),
        ("email", "x" * 400),
    ):
        with pytest.raises(InvalidInput) as refused:
            a_customer(**{name: (value,) if name.startswith("other") else value})
        (message,) = refused.value.fields.values()
        assert "characters are too many" in message and len(message) < 200


def test_a_person_s_name_is_short_too() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_new_person("zoe", "Z" * 301, "correct horse battery staple")
    assert list(refused.value.fields) == ["display_name"]


def test_an_import_refuses_the_same() -> None:
    for field, most in (*((name, LINE) for name in LINES), ("address", ADDRESS)):
        check(Draft(**{"contact_name": "Ana", field: "x" * most}), 1)
        with pytest.raises(Refused, match=f"at most {most:,}|at most {most}"):
            check(Draft(**{"contact_name": "Ana", field: "x" * (most + 1)}), 1)
    with pytest.raises(Refused, match="at most 10,000,000"):
        check(Draft(contact_name="Ana", notes=["x" * (TEXT + 1)]), 1)


def test_a_name_of_a_million_letters_over_plain_sql_does_no_harm(admin: Database, clean: Crm) -> None:
    """The database keeps it, and cuts what it searches and sorts by."""
    names = ("company_name", "contact_name", "email", "phone", "address", "city", "state", "country", "notes")
    with clean.connect() as connection:
        row = connection.execute(
            f"INSERT INTO crm.customers ({', '.join(names)}, tags)"
            f" SELECT {', '.join('repeat(md5(random()::text), 31250)' for _ in names)},"
            " jsonb_build_array(repeat(md5(random()::text), 31250)) RETURNING id"
        ).fetchone()
    assert row is not None
    with admin.session() as session:
        assert len(customer_card(session, row[0]).contact_name) == 1_000_000
        with pytest.raises(InvalidInput):
            add_customer(session, CustomerInput(contact_name="x" * 1_000_000))
