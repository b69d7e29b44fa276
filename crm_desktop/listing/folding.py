"""Folding: lower case without accents, as the database's `crm.fold` does it, for highlighting and comparing here."""

from __future__ import annotations

from functools import cache

from crm_desktop import lengths
from crm_desktop.paths import shipped


def fold(text: str) -> str:
    """`text` in lower case, without accents, ligatures taken apart."""
    return text.translate(_table())


def number_key(number: str) -> str:
    """What a customer number, an order number or a SKU is found by and unique in, as the database keeps it: folded, and
    cut where its keys end."""
    return fold(number)[: lengths.LINE]


def fold_character(character: str) -> str:
    """What one character becomes: nothing for a combining accent, two letters for a ligature."""
    return _table()[ord(character)]


def storable(text: str) -> str:
    """`text` without the null character, which PostgreSQL cannot store, and lone surrogates, which UTF-8 cannot."""
    return "".join(c for c in text if c != "\0" and not "\ud800" <= c <= "\udfff")


class _Table(dict[int, str]):
    """From code points to folded text; filled as characters are met."""

    def __init__(self, rules: dict[str, str]) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, code: int) -> str:
        character = chr(code)
        # Letter by letter: Python's lower() of a whole text has a final sigma, PostgreSQL's has none.
        plain = "".join(map(_lower, self._rules.get(character, character)))
        self[code] = plain
        return plain


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character


@cache
def _table() -> _Table:
    """The rules of PostgreSQL's own unaccent dictionary: a character, a tab, what it becomes (nothing: it goes)."""
    rules: dict[str, str] = {}
    for line in shipped("resources/text/unaccent.rules").read_text(encoding="utf-8").split("\n"):
        source, _, target = line.partition("\t")
        if target.startswith('"'):
            target = target[1:-1].replace('""', '"')
        if source:
            rules.setdefault(source, target)
    return _Table(rules)
