"""Customers made from the pools, fast: about 15 µs each."""

from __future__ import annotations

import math
import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crm_desktop.demo.contacts import DemoContact, make_contacts, make_number
from crm_desktop.demo.pools import Pool, cumulative_weights, fill, slug

YEARS = 6
# Over the years the number of new customers a month grows about threefold.
_GROWTH = 1.6
_PRIVATE_DOMAINS = ("mail.example", "post.example", "webmail.example", "home.example", "inbox.example")
_SOURCES = ("website", "website", "website", "referral", "referral", "trade fair", "newsletter", "phone",
            "advertising", "partner", "social media", "import")  # fmt: skip
_PRIVATE_TAGS = ("newsletter", "VIP", "regular", "returns often", "gift buyer", "student", "birthday club")
_BUSINESS_TAGS = (
    "key account",
    "newsletter",
    "wholesale",
    "framework contract",
    "net 30",
    "export",
    "public sector",
    "reseller",
)
_NOTES = (
    "Prefers to be called in the morning.",
    "Wants invoices by email only.",
    "Deliveries through the yard entrance.",
    "Speaks English and French.",
    "Asked not to be called on Fridays.",
    "Met at the spring trade fair.",
    "Decides together with the purchasing department.",
    "Moving to larger premises next year.",
    "Pays early and expects the discount.",
    "Recommended us to two colleagues.",
)


@dataclass(slots=True)
class DemoCustomer:
    """What the loader writes; timestamps are seconds since 1970, UTC. `phone_national` are digits."""

    id: str
    company_name: str
    contact_name: str
    email: str
    phone: str
    phone_national: str
    address: str
    city: str
    state: str
    country: str
    postal_code: str
    customer_type: str
    status: str
    source: str
    tags: str  # JSON
    notes: str
    created_at: int
    owner: int  # index of the staff
    last_contact: int = 0
    next_follow_up: int = 0
    other_emails: str = "[]"  # JSON, as other_phones
    other_phones: str = "[]"
    other_phones_national: str = ""
    contacts: list[DemoContact] = field(default_factory=list)


def uuid4(rng: random.Random) -> str:
    digits = f"{rng.getrandbits(128):032x}"
    return (
        f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{'89ab'[int(digits[16], 16) & 3]}{digits[17:20]}-{digits[20:]}"
    )


def make_customers(
    count: int,
    pools: Sequence[Pool],
    rng: random.Random,
    ids: random.Random,
    staff: int,
    now: datetime,
    *,
    known_people: float = 1.0,
) -> Iterator[DemoCustomer]:
    """`count` customers in the order in which they were created, the last of them today. `known_people` is the share of
    companies with contacts."""
    weights = cumulative_weights(list(pools))
    start = int((now - timedelta(days=365 * YEARS)).timestamp())
    span = int(now.timestamp()) - start - 60
    for number in range(count):
        pool = pools[bisect(weights, rng.random() * weights[-1])]
        created = start + int(span * math.pow((number + rng.random()) / count, 1 / _GROWTH))
        owner = int(rng.random() * staff) if staff else 0
        customer, area = _make_customer(pool, rng, uuid4(ids), created, owner, number)
        _add_reach(customer, pool, rng)
        if customer.customer_type == "business" and rng.random() < known_people:
            people = [uuid4(ids) for _ in range(1 + int(rng.random() * rng.random() * 4))]
            known = (customer.contact_name, customer.email, customer.phone, customer.phone_national)
            domain = customer.email.rpartition("@")[2] or f"company{number}.example"
            customer.contacts = make_contacts(pool, rng, people, known, domain, area)
        yield customer


def _add_reach(customer: DemoCustomer, pool: Pool, rng: random.Random) -> None:
    """A few have a second address or number."""
    luck = rng.random()
    if luck < 0.08 and customer.email:
        local, _, domain = customer.email.partition("@")
        customer.other_emails = f'["{local}.2@{domain}"]' if luck < 0.03 else f'["{local}@home.example"]'
    elif luck < 0.14 and customer.phone:
        mobile, customer.other_phones_national = make_number(pool, rng)
        customer.other_phones = f'["{mobile}"]'


def _make_customer(
    pool: Pool, rng: random.Random, key: str, created: int, owner: int, number: int
) -> tuple[DemoCustomer, str]:
    """And the telephone area that it is in."""
    chance = rng.random
    country = pool.country
    firsts, lasts = pool.people[chance() < 0.5]
    first, first_slug = firsts[int(chance() * len(firsts))]
    last, last_slug = lasts[int(chance() * chance() * len(lasts))]  # some names are commoner than others
    city, state, pattern, area = country.cities[int(chance() * chance() * len(country.cities))]
    street = pool.streets[int(chance() * len(pool.streets))]
    house = 1 + int(chance() * chance() * 180)
    business = chance() < 0.42
    if business:
        company, domain = _company(pool, rng)
        style = chance()
        local = (
            f"{first_slug}.{last_slug}" if style < 0.6 else f"{first_slug[0]}.{last_slug}" if style < 0.85 else "info"
        )
        email = f"{local}@{domain}.{country.domain}.example"
        choices: tuple[str, ...] = _BUSINESS_TAGS
        share = 0.45
    else:
        company = ""
        year = 50 + int(chance() * 57)
        separator = "._-"[int(chance() * 3)]
        email = f"{first_slug}{separator}{last_slug}{year % 100:02d}@{_PRIVATE_DOMAINS[number % 5]}"
        choices, share = _PRIVATE_TAGS, 0.3
    prefix = area if business or chance() < 0.2 else country.mobile[int(chance() * len(country.mobile))]
    digits = country.lengths[prefix is not area] - len(prefix)
    subscriber = str(int((2 + chance() * 8) * 10 ** (digits - 1)))
    luck = chance()
    status = "active" if luck < 0.68 else "prospect" if luck < 0.86 else "inactive"
    tags = "[]"
    if chance() < share:
        one, two = choices[int(chance() * len(choices))], choices[int(chance() * len(choices))]
        tags = f'["{one}"]' if one == two or chance() < 0.6 else f'["{one}", "{two}"]'
    made = DemoCustomer(
        key,
        company,
        "" if business and local == "info" and chance() < 0.5 else f"{first} {last}",
        email if chance() < 0.94 else "",
        f"+{country.calling_code}{prefix}{subscriber}" if number % 25 else "",
        f"{country.trunk}{prefix}{subscriber}" if number % 25 else "",
        f"{house} {street}" if country.number_first else f"{street} {house}",
        city,
        state,
        country.name,
        fill(pattern, rng),
        "business" if business else "individual",
        status,
        _SOURCES[int(chance() * len(_SOURCES))],
        tags,
        _NOTES[int(chance() * len(_NOTES))] if chance() < 0.15 else "",
        created,
        owner,
    )
    return made, area


def _company(pool: Pool, rng: random.Random) -> tuple[str, str]:
    """A company's name and the part of its domain before the country's."""
    chance = rng.random
    country = pool.country
    family, family_slug = pool.families[int(chance() * len(pool.families))]
    trade = country.trades[int(chance() * len(country.trades))]
    form = country.legal_forms[int(chance() * len(country.legal_forms))]
    style = chance()
    if style < 0.55:
        return f"{family} {trade} {form}", f"{family_slug}-{slug(trade)}"
    if style < 0.8:
        partner, partner_slug = pool.families[int(chance() * len(pool.families))]
        return f"{family} & {partner} {form}", f"{family_slug}-{partner_slug}"
    city = country.cities[int(chance() * len(country.cities))][0]
    return f"{trade} {family} {city}", f"{slug(trade)}-{family_slug}"


def utc(seconds: int) -> str:
    """A timestamp as COPY reads it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S+00")
