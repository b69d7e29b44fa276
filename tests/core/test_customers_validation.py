"""The rules for a customer's fields: phones by the country's rules, countries as people write them, emails, tags."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm_desktop.customers.countries import region_of
from crm_desktop.customers.phones import national_digits, read_phone, readable
from crm_desktop.customers.validation import CustomerInput, clean_tags, validate
from crm_desktop.errors import InvalidInput


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("Germany", "DE"), ("Deutschland", "DE"), ("ALLEMAGNE", "DE"), ("de", "DE"), ("DEU", "DE"), ("ドイツ", "DE"),
        ("UK", "GB"), ("U.K.", "GB"), ("England", "GB"), ("USA", "US"), ("U.S.A.", "US"), ("United States", "US"),
        ("Österreich", "AT"), ("Oesterreich", None), ("España", "ES"), ("Brasil", "BR"), ("Brazil", "BR"),
        ("The Netherlands", "NL"), ("Türkiye", "TR"), ("Côte d’Ivoire", "CI"), ("Czech Republic", "CZ"),
        ("Venezuela", "VE"), ("Ireland", "IE"), ("Norway", "NO"), ("Finland", "FI"), ("Poland", "PL"),
        ("", None), ("Atlantis", None), ("?", None),
    ],
)  # fmt: skip
def test_countries_as_people_write_them(country: str, region: str | None) -> None:
    assert region_of(country) == region


@pytest.mark.parametrize(
    ("written", "country", "kept", "national", "checked"),
    [
        ("030 123456", "Germany", "+4930123456", "030123456", True),
        ("+49 30 123456", "", "+4930123456", "030123456", True),
        ("0049 30 123456", "", "+4930123456", "030123456", True),
        ("(0049) 30 123456", "France", "+4930123456", "030123456", True),
        ("+49 (0)30 123456", "Germany", "+4930123456", "030123456", True),
        ("(206) 555-0100", "USA", "+12065550100", "2065550100", True),
        ("06 698 1234", "Italy", "+39066981234", "066981234", True),
        ("030 123456", "", "030 123456", "", False),
        ("030 123456", "Atlantis", "030 123456", "", False),
        ("12", "Germany", "12", "", False),
        ("ask  at the desk", "Germany", "ask at the desk", "", False),
        ("030 123456 ext. 7", "Germany", "030 123456 ext. 7", "", False),
        ("", "Germany", "", "", False),
    ],
)
def test_phones_by_the_rules_of_the_country(
    written: str, country: str, kept: str, national: str, checked: bool
) -> None:
    phone = read_phone(written, country)
    assert (phone.text, phone.national, phone.checked) == (kept, national, checked)
    assert national_digits(phone.text) == national


def test_a_phone_is_shown_with_spaces() -> None:
    assert readable("+4930123456") == "+49 30 123456"
    assert readable("(171) 555") == "(171) 555"


@given(st.text(max_size=20), st.sampled_from(["", "Germany", "US"]))
def test_no_phone_gets_lost(written: str, country: str) -> None:
    phone = read_phone(written, country)
    assert phone.text == " ".join(written.split()) or phone.checked
    assert read_phone(phone.text, country).text == phone.text


def faults(given_input: CustomerInput) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        validate(given_input)
    return caught.value.fields


def test_a_name_or_a_company_is_needed() -> None:
    assert faults(CustomerInput(contact_name="  ")) == {"contact_name": "Enter a contact name or a company name."}
    assert validate(CustomerInput(company_name=" Acme  Ltd ")).company_name == "Acme Ltd"


def test_every_fault_is_told_at_its_field() -> None:
    bad = CustomerInput(
        email="nobody at home", phone="12", country="Germany", customer_type="cat", status="dormant", tags=("x" * 60,)
    )
    assert set(faults(bad)) == {"contact_name", "email", "phone", "customer_type", "status", "tags"}


def test_a_phone_may_stay_as_written() -> None:
    given_input = CustomerInput(contact_name="Ana", phone=" (171)  555-7788", country="UK")
    assert "keep it as written" in faults(given_input)["phone"]
    assert validate(given_input, allow_unchecked_phone=True).phone == "(171) 555-7788"
    assert "country" in faults(replace(given_input, country=""))["phone"]


def test_emails_come_into_their_normal_form() -> None:
    assert validate(CustomerInput(contact_name="Ana", email=" ana@EXAMPLE.com ")).email == "ana@example.com"
    assert validate(CustomerInput(contact_name="Ana", email="jürgen@köln.de")).email == "jürgen@köln.de"


def test_tags_are_cleaned() -> None:
    assert clean_tags([" VIP ", "vip", "", "key  account", "Événement", "evenement"]) == (
        "VIP",
        "key account",
        "Événement",
    )


@given(st.builds(CustomerInput, contact_name=st.text(min_size=1), notes=st.text(), city=st.text(), address=st.text()))
def test_what_is_valid_stays_as_it_is(given_input: CustomerInput) -> None:
    assume(given_input.contact_name.replace("\0", "").strip())
    once = validate(given_input)
    assert validate(once) == once
    assert "\0" not in once.notes + once.city + once.address
