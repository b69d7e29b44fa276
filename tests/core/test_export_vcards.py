"""Cards that other programs read: vobject is the judge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.database.engine import Database
from crm_desktop.exporting.export import export
from crm_desktop.exporting.request import ExportRequest
from crm_desktop.exporting.vcard_file import KEYS, card
from crm_desktop.listing.folding import storable
from crm_desktop.listing.request import ListRequest
from tests.factories.customers import business, customer
from tests.helpers.postgres import Crm

VERSIONS = ("3.0", "4.0")
# What a text of a card can hold: control characters have no place in one (RFC 6350, section 3.3).
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=60).map(storable)
WORDS = TEXT.map(lambda text: " ".join(text.split())).filter(bool)


def read(octets: bytes) -> Any:
    return vobject.readOne(octets.decode())


def made(version: str = "3.0", **values: Any) -> Any:
    fields: dict[str, str | None] = dict.fromkeys(KEYS)
    fields["id"] = "00000000-0000-0000-0000-000000000001"
    fields.update({key: json.dumps(v) if isinstance(v, list) else v for key, v in values.items()})
    return read(card(fields, version))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_value_is_there(version: str) -> None:
    """Peers 15: several emails and phones survive."""
    found = made(
        version,
        contact_name="Ana María Ruiz", company_name="Ruiz; Söhne, KG", email="a@example.org",
        other_emails=["b@example.org", "c@example.org"], phone="+4930123456", other_phones=["+34911234567"],
        address="Calle 1\nPiso 2", city="Córdoba", postal_code="14001", country="Spain", tags=["vip", "a, b"],
        notes="First\nSecond; third\\", status="active", source="fair",
    )  # fmt: skip
    assert found.version.value == version
    assert found.fn.value == "Ana María Ruiz"
    assert (found.n.value.family, found.n.value.given) == ("Ruiz", "Ana María")
    assert found.org.value == ["Ruiz; Söhne, KG"]
    assert [each.value for each in found.email_list] == ["a@example.org", "b@example.org", "c@example.org"]
    assert [each.value for each in found.tel_list] == ["+4930123456", "+34911234567"]
    place = found.adr.value
    assert (place.street, place.city, place.code, place.country) == ("Calle 1\nPiso 2", "Córdoba", "14001", "Spain")
    assert found.categories.value == ["vip", "a, b"]
    assert found.note.value == "First\nSecond; third\\"
    assert found.contents["x-crm-status"][0].value == "active"


def test_a_company_without_a_person_is_an_organization() -> None:
    found = made("4.0", company_name="Acme")
    assert found.fn.value == "Acme" and found.kind.value == "org"


@given(st.sampled_from(VERSIONS), WORDS, TEXT, st.lists(WORDS, max_size=3))
def test_any_text_comes_back(version: str, name: str, notes: str, tags: list[str]) -> None:
    found = made(version, contact_name=name, notes=notes, tags=tags)
    assert found.fn.value == name
    if notes:
        assert found.note.value == notes
    if tags:
        assert found.categories.value == tags


@given(TEXT)
def test_no_line_is_longer_than_75_octets_or_ends_within_a_character(notes: str) -> None:
    fields = {**dict.fromkeys(KEYS), "id": "x", "contact_name": "Ana", "notes": notes * 5}
    for line in card(fields, "4.0").split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_of_cards(clean: Crm, admin: Database, tmp_path: Path, version: str) -> None:
    with clean.connect() as connection:
        customer(connection, contact_name="Ana Ruiz", other_emails=["x@example.org"], tags=["vip"])
        business(connection, contact_name=None, company_name="Ångström AB", email=None)
    path = tmp_path / "out.vcf"
    request = ExportRequest("customers", "vcf", ListRequest(), vcard_version=version)
    assert export(admin, request, path).rows == 2
    found = list(vobject.readComponents(path.read_bytes().decode()))
    assert [each.fn.value for each in found] == ["Ana Ruiz", "Ångström AB"]
    assert [each.value for each in found[0].email_list][1:] == ["x@example.org"]
