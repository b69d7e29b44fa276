"""The people at a sample company, and second addresses and phones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_desktop.listing.folding import fold

if TYPE_CHECKING:
    from crm_desktop.demo.pools import Pool

_ROLES = ("Managing director", "Purchasing", "Accounting", "Reception", "Operations", "Marketing", "IT", "Logistics",
          "Sales", "Human resources", "Quality", "Assistant to the management")  # fmt: skip
_PRIVATE_DOMAINS = ("mail.example", "post.example", "webmail.example")


@dataclass(slots=True)
class DemoContact:
    """What the loader writes. `other_emails` and `other_phones` are JSON; national forms are digits."""

    id: str
    name: str
    role: str
    email: str
    phone: str
    phone_national: str
    other_emails: str = "[]"
    other_phones: str = "[]"
    other_phones_national: str = ""

    def search_text(self) -> str:
        """As the database generates it."""
        emails = "".join(f" {email}" for email in _words(self.other_emails))
        phones = "".join(f" {phone[1:]}" for phone in _words(self.other_phones))
        parts = (
            f" {fold(self.name)}",
            f" {fold(self.email)}" if self.email else "",
            fold(emails),
            f" {self.phone[1:]}" if self.phone else "",
            f" {self.phone_national}" if self.phone_national else "",
            phones,
            f" {self.other_phones_national}" if self.other_phones_national else "",
        )
        return "".join(parts)


def make_number(pool: Pool, rng: random.Random, area: str = "") -> tuple[str, str]:
    """A number of that area, or a mobile one: E.164, and the digits of its national form."""
    country = pool.country
    prefix = area or country.mobile[int(rng.random() * len(country.mobile))]
    digits = country.lengths[not area] - len(prefix)
    subscriber = int((2 + rng.random() * 8) * 10 ** (digits - 1))
    return f"+{country.calling_code}{prefix}{subscriber}", f"{country.trunk}{prefix}{subscriber}"


def make_contacts(
    pool: Pool, rng: random.Random, ids: Sequence[str], known: tuple[str, str, str, str], domain: str, area: str
) -> list[DemoContact]:
    """One for each id, the first of them the primary one: `known` is whom the company's own row names, with email,
    phone and its national form. Addresses are at `domain`, phones of `area`."""
    chance = rng.random
    made: list[DemoContact] = []
    for number, identity in enumerate(ids):
        firsts, lasts = pool.people[chance() < 0.5]
        first, first_slug = firsts[int(chance() * len(firsts))]
        last, last_slug = lasts[int(chance() * len(lasts))]
        if number == 0 and known[0]:
            name, email, phone, national = known
        else:
            name, email = f"{first} {last}", f"{first_slug}.{last_slug}@{domain}" if chance() < 0.95 else ""
            phone, national = make_number(pool, rng, area) if chance() < 0.8 else ("", "")
        one = DemoContact(identity, name, _ROLES[int(chance() * len(_ROLES))], email, phone, national)
        if chance() < 0.15 and email:
            one.other_emails = f'["{first_slug}.{last_slug}@{_PRIVATE_DOMAINS[number % 3]}"]'
        if chance() < 0.2 and phone:
            mobile, one.other_phones_national = make_number(pool, rng)
            one.other_phones = f'["{mobile}"]'
        made.append(one)
    return made


def contacts_text(contacts: Sequence[DemoContact]) -> str:
    """As the database gathers it for the company."""
    ordered = sorted(contacts, key=lambda one: (fold(one.name), one.id))
    return "".join(one.search_text() for one in ordered)


def _words(stored: str) -> list[str]:
    return stored[2:-2].split('", "') if stored != "[]" else []
