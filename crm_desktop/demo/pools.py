"""Names and streets per country, sampled from Faker once: by the million, single Faker calls would take too long."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from itertools import accumulate

from crm_desktop.demo.places import COUNTRIES, Country

_FIRST_NAMES = 160
_LAST_NAMES = 500
_STREETS = 120
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXY"


@dataclass(frozen=True)
class Pool:
    """The raw material of one country. A slug is the part of a name that stands in an email address."""

    country: Country
    people: tuple[tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]], ...]  # women, men: (firsts, lasts)
    families: tuple[tuple[str, str], ...]  # last names that companies bear
    streets: tuple[str, ...]


def slug(name: str) -> str:
    """A name in the letters of email addresses: "Großmann-Ørsted" becomes "grossmann-orsted"."""
    for letter, plain in (("ß", "ss"), ("ø", "o"), ("æ", "ae"), ("ł", "l"), ("đ", "d"), ("œ", "oe"), ("ı", "i")):
        name = name.replace(letter, plain).replace(letter.upper(), plain)
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(c if c.isalnum() or c == "-" else "-" if c == " " else "" for c in ascii_name).strip("-")


def make_pools(seed: int) -> list[Pool]:
    """The pools of all countries; the same seed makes the same ones. About a second."""
    return [_make_pool(country, seed + number) for number, country in enumerate(COUNTRIES)]


def cumulative_weights(pools: list[Pool]) -> list[int]:
    return list(accumulate(pool.country.weight for pool in pools))


def _make_pool(country: Country, seed: int) -> Pool:
    from faker import Faker

    faker = Faker(country.locale)
    faker.seed_instance(seed)

    def several(method: str, count: int) -> tuple[tuple[str, str], ...]:
        make = getattr(faker, method)
        names = dict.fromkeys(make() for _ in range(count * 2))
        usable = [(name, slug(name)) for name in names if slug(name) and "." not in name]
        return tuple(usable[:count])

    people = tuple(
        (several(f"first_name_{gender}", _FIRST_NAMES), several(f"last_name_{gender}", _LAST_NAMES))
        for gender in ("female", "male")
    )
    streets = tuple(dict.fromkeys(" ".join(faker.street_name().split()) for _ in range(_STREETS)))
    return Pool(country, people, people[1][1], streets)


def fill(pattern: str, rng: random.Random) -> str:
    """A postcode pattern with its # and ? replaced by random digits and letters."""
    if "?" not in pattern:
        digits = pattern.count("#")
        number = str(int(rng.random() * 10**digits)).rjust(digits, "0")
        if pattern.endswith("#" * digits):
            return pattern[: len(pattern) - digits] + number
    return "".join(
        _LETTERS[int(rng.random() * len(_LETTERS))] if c == "?" else str(int(rng.random() * 10)) if c == "#" else c
        for c in pattern
    )
