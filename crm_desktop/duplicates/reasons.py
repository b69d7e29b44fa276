"""Why two customers may be the same one, in words."""

from __future__ import annotations

from collections.abc import Iterable

_WORDS = {
    "email": "Same email",
    "phone": "Same phone",
    "city": "same city",
    "postal": "same postal code",
    "swapped": "First and last name swapped",
    "other name": "Different name",
    "other company": "Different company",
    "other email": "Different email",
    "other phone": "Different phone",
    "other city": "Different city",
}
_MEASURED = {"name": ("Same name", "Similar name"), "company": ("Same company", "Similar company")}
# The strongest first; what speaks against it comes last.
_ORDER = ("email", "phone", "swapped", "name", "company", "city", "postal")


def in_words(reasons: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What speaks for it and what against it, each in the order in which it is said."""
    given = set(reasons)
    # Swapped is all that has to be said of a name that is the same but for that.
    found = sorted(given - {"name 100"} if "swapped" in given else given, key=lambda r: (_place(r.split()[0]), r))
    speaks_for = tuple(_word(reason) for reason in found if not reason.startswith("other "))
    return speaks_for, tuple(_word(reason) for reason in found if reason.startswith("other "))


def sentence(reasons: Iterable[str]) -> str:
    """What speaks for it, in one line: "Same phone, similar name (92 %), same city"."""
    speaks_for, _ = in_words(reasons)
    line = ", ".join(word[:1].lower() + word[1:] for word in speaks_for)
    return line[:1].upper() + line[1:]


def _place(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _word(reason: str) -> str:
    kind, _, share = reason.partition(" ")
    if kind in _MEASURED and share.isdecimal():
        same, similar = _MEASURED[kind]
        return same if share == "100" else f"{similar} ({share} %)"
    return _WORDS.get(reason, reason)
