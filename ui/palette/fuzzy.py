"""How well a few typed letters fit a title."""

from __future__ import annotations

from crm_desktop.listing.folding import fold

NO_MATCH = -1


def score(query: str, title: str, words: str = "") -> int:
    """Higher is better, NO_MATCH when it does not fit: the title begins with it, a word does, it stands inside, the
    words' first letters are it, its letters come in this order. Other words fit less well than the title.

    Case, accents and spaces around do not matter; of several words each has to fit."""
    parts = fold(query).split()
    if not parts:
        return 0
    ours = [_score(part, fold(title)) for part in parts]
    if NO_MATCH not in ours:
        return sum(ours) // len(ours) + (10 if fold(title).startswith(" ".join(parts)) else 0)
    others = [max(own, _score(part, fold(words)) // 2) if words else own for own, part in zip(ours, parts, strict=True)]
    return NO_MATCH if NO_MATCH in others else sum(others) // len(others)


def _score(part: str, text: str) -> int:
    if text.startswith(part):
        return 100
    if f" {part}" in text:
        return 80
    if part in text:
        return 60
    initials = "".join(word[0] for word in text.split())
    if part in initials:
        return 50
    letters = iter(text)
    if len(part) > 1 and all(letter in letters for letter in part):
        return 20
    return NO_MATCH
