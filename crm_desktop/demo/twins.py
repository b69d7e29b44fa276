"""People who were entered twice: in other letters, with another address or number, as happens everywhere."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator

from crm_desktop.demo.customers import DemoCustomer

SHARE = 0.02
_KNOWN = 200
"""Of so many customers of before, one is entered again."""


def with_twins(customers: Iterator[DemoCustomer], rng: random.Random) -> Iterator[DemoCustomer]:
    """As many customers, some of whom are others once more."""
    known: list[DemoCustomer] = []
    for number, customer in enumerate(customers):
        if customer.customer_type != "individual":
            pass
        elif known and rng.random() < SHARE:
            _enter_again(known[int(rng.random() * len(known))], customer, rng)
        elif customer.phone and customer.email:
            known[number % _KNOWN : number % _KNOWN + 1] = [customer]
        yield customer


def _enter_again(one: DemoCustomer, again: DemoCustomer, rng: random.Random) -> None:
    """`again` keeps its own time, owner, source and notes."""
    again.contact_name, again.tags = one.contact_name, "[]"
    again.address, again.city, again.state, again.country, again.postal_code = (
        one.address, one.city, one.state, one.country, one.postal_code,
    )  # fmt: skip
    again.other_emails, again.other_phones, again.other_phones_national = "[]", "[]", ""
    luck = rng.random()
    if luck < 0.4:  # known by the number
        again.phone, again.phone_national, again.email = one.phone, one.phone_national, ""
        again.contact_name = _without_accents(one.contact_name)
    elif luck < 0.75:  # known by the address
        again.email, again.phone, again.phone_national = one.email, "", ""
        first, _, last = one.contact_name.partition(" ")
        again.contact_name = f"{first[0]}. {last}" if last else first
    else:  # by name and place alone
        again.email, again.phone, again.phone_national = "", "", ""


def _without_accents(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))
