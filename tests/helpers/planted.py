"""Pairs of customers whose truth is known: the same one entered twice, or two who only look alike.

Each kind says what happened. The tests plant a few, the benchmark thousands among a million.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crm_desktop.demo.pools import Pool, fill, slug

Row = dict[str, Any]
FIELDS = (
    "contact_name", "company_name", "email", "phone", "phone_national", "address", "city", "country", "postal_code",
    "customer_type",
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """Two rows, and whether they are one customer."""

    kind: str
    one: Row
    other: Row
    is_duplicate: bool


def plant(pools: list[Pool], rng: random.Random, each: int) -> list[Planted]:
    """`each` pairs of every kind; all people and companies differ from pair to pair."""
    planted = []
    for kind, make in DUPLICATES.items():
        planted += [Planted(kind, *make(Person(rng.choice(pools), rng)), True) for _ in range(each)]
    for kind, make in DIFFERENT.items():
        planted += [Planted(kind, *make(Person(rng.choice(pools), rng)), False) for _ in range(each)]
    return planted


class Person:
    """Somebody to make rows of. Names are put together from two, so that none is anybody else's."""

    def __init__(self, pool: Pool, rng: random.Random) -> None:
        self.rng, self.pool = rng, pool
        self.city, _, self.pattern, self.area = rng.choice(pool.country.cities)
        self.first, self.last = self.first_name(), self.last_name()
        self.postal = fill(self.pattern, rng)
        self.number = f"{rng.randrange(2_000_000, 9_999_999)}"
        self.family_of_company = f"{rng.choice(pool.families)[0]} {rng.choice(pool.families)[0]}"
        self.company = f"{self.family_of_company} {rng.choice(pool.country.trades)}"

    def first_name(self) -> str:
        return self.rng.choice(self.rng.choice(self.pool.people)[0])[0].split()[0]

    def last_name(self) -> str:
        return "-".join(self.rng.choice(self.pool.people[1][1])[0].split()[-1] for _ in range(2))

    def row(self, **changed: Any) -> Row:
        mail = f"{slug(self.first)}.{slug(self.last)}{self.number[:3]}@planted.example"
        row: Row = {
            "contact_name": f"{self.first} {self.last}",
            "company_name": None,
            "email": mail,
            "phone": f"+{self.pool.country.calling_code}{self.area}{self.number}",
            "phone_national": f"{self.pool.country.trunk}{self.area}{self.number}",
            "address": None,
            "city": self.city,
            "country": self.pool.country.name,
            "postal_code": self.postal,
            "customer_type": "individual",
        }
        return {**row, **changed}

    def at_company(self, **changed: Any) -> Row:
        return self.row(**{"company_name": f"{self.company} GmbH", "customer_type": "business", **changed})


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _with_typo(word: str, rng: random.Random) -> str:
    """One letter left out, doubled, another one, or two the wrong way round; never the first."""
    at = rng.randrange(1, max(2, len(word) - 1))
    match rng.randrange(4):
        case 0 if len(word) > 4:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case 2 if len(word) > 3 and at + 1 < len(word):
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case _:
            return word[:at] + rng.choice("aeiourlnst") + word[at + 1 :]


def _typo_in_last_name(p: Person) -> tuple[Row, Row]:
    return p.row(), p.row(contact_name=f"{p.first} {_with_typo(p.last, p.rng)}", email=None)


def _typo_in_first_name(p: Person) -> tuple[Row, Row]:
    return p.row(), p.row(contact_name=f"{_with_typo(p.first, p.rng)} {p.last}", phone=None, phone_national=None)


def _typo_and_no_contact_data(p: Person) -> tuple[Row, Row]:
    typed = f"{p.first} {_with_typo(p.last, p.rng)}"
    return p.row(), p.row(contact_name=typed, email=None, phone=None, phone_national=None)


def _without_accents(p: Person) -> tuple[Row, Row]:
    return p.row(), p.row(contact_name=_plain(f"{p.first} {p.last}"), city=_plain(p.city), email=None)


def _swapped(p: Person) -> tuple[Row, Row]:
    return p.row(), p.row(contact_name=f"{p.last}, {p.first}", phone=None, phone_national=None)


def _number_as_dialled_at_home(p: Person) -> tuple[Row, Row]:
    dialled = f"{p.pool.country.trunk}{p.area} / {p.number[:3]} {p.number[3:]}"
    return p.row(), p.row(phone=dialled, phone_national=None, email=None)


def _email_in_capitals(p: Person) -> tuple[Row, Row]:
    row = p.row()
    return row, p.row(
        contact_name=f"Dr. {p.first} {p.last}", email=row["email"].upper(), phone=None, phone_national=None,
        postal_code=None,
    )  # fmt: skip


def _moved_house(p: Person) -> tuple[Row, Row]:
    other = p.rng.choice(p.pool.country.cities)
    return p.row(), p.row(city=other[0], postal_code=fill(other[2], p.rng), phone=None, phone_national=None)


def _legal_form(p: Person) -> tuple[Row, Row]:
    forms = ("", " G.m.b.H.", " GmbH & Co. KG", ", Ltd.", " S.A.")
    written = f"{p.company}{p.rng.choice(forms)}"
    return p.at_company(contact_name=None), p.at_company(contact_name=None, company_name=written, email=None)


def _company_in_another_spelling(p: Person) -> tuple[Row, Row]:
    written = p.company.upper().replace(" ", "-", 1)
    return p.at_company(), p.at_company(contact_name=None, company_name=written, email=None)


def _middle_name(p: Person) -> tuple[Row, Row]:
    return p.row(), p.row(contact_name=f"{p.first} {p.first_name()} {p.last}", email=None)


def _other_number(p: Person) -> Row:
    p.number = f"{p.rng.randrange(2_000_000, 9_999_999)}"
    return {}


def _someone_else(p: Person, **changed: Any) -> Row:
    """Another first name, not alike, and another address to write to."""
    mine = p.first
    while p.first[:2].casefold() == mine[:2].casefold() or abs(len(p.first) - len(mine)) > 9:
        p.first = p.first_name()
    row = p.row(**changed)
    p.first = mine
    return row


def _family_with_one_phone(p: Person) -> tuple[Row, Row]:
    return p.row(), _someone_else(p)


def _same_surname_same_city(p: Person) -> tuple[Row, Row]:
    row = p.row()
    _other_number(p)
    p.postal = fill(p.pattern, p.rng)
    return row, _someone_else(p)


def _phone_of_the_company(p: Person) -> tuple[Row, Row]:
    row = p.at_company()
    p.last = p.last_name()
    return row, _someone_else(p, company_name=f"{p.company} GmbH", customer_type="business")


def _namesakes(p: Person) -> tuple[Row, Row]:
    row = p.row()
    _other_number(p)
    p.postal = fill(p.pattern, p.rng)
    return row, p.row(email=f"other{p.number}@planted.example")


def _mailbox_of_the_company(p: Person) -> tuple[Row, Row]:
    mailbox = f"info@{slug(p.family_of_company)}{p.number}.example"
    row = p.at_company(email=mailbox)
    p.last = p.last_name()
    _other_number(p)
    return row, _someone_else(p, email=mailbox, company_name=f"{p.company} GmbH", customer_type="business")


def _branches(p: Person) -> tuple[Row, Row]:
    row = p.at_company(contact_name=None)
    others = [place for place in p.pool.country.cities if place[0] != p.city]
    p.city, _, p.pattern, p.area = p.rng.choice(others)
    p.postal = fill(p.pattern, p.rng)
    _other_number(p)
    return row, p.at_company(contact_name=None, email=f"branch{p.number}@planted.example")


Maker = Callable[[Person], tuple[Row, Row]]
DUPLICATES: dict[str, Maker] = {
    "typing error in the last name": _typo_in_last_name,
    "typing error in the first name": _typo_in_first_name,
    "typing error, no contact data": _typo_and_no_contact_data,
    "without accents": _without_accents,
    "first and last name swapped": _swapped,
    "number as dialled at home": _number_as_dialled_at_home,
    "email in capitals": _email_in_capitals,
    "moved house": _moved_house,
    "legal form": _legal_form,
    "company in another spelling": _company_in_another_spelling,
    "middle name": _middle_name,
}
DIFFERENT: dict[str, Maker] = {
    "family with one phone": _family_with_one_phone,
    "same surname, same city": _same_surname_same_city,
    "phone of the company": _phone_of_the_company,
    "namesakes": _namesakes,
    "mailbox of the company": _mailbox_of_the_company,
    "branches": _branches,
}
