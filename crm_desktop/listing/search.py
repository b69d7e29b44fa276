"""What a search box means: words to look for in a folded search text, and where they stand in what is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .folding import fold, fold_character, storable

MIN_INSIDE = 3
"""Shorter words match at the start of a word only: two letters inside of words would match nearly everything."""

_PHONE_TOKEN = re.compile(r"[+(]*[\d()\-./+]*\d[\d()\-./]*")
_NOT_DIGITS = re.compile(r"\D+")


def terms(text: str) -> list[str]:
    """The folded words of a search, each once; a phone number in any format becomes its digits.

    A leading + or 00 goes, and a trunk 0 before a number: what is stored holds the digits of the international and of
    the national form, so the rest is found in both.
    """
    found: list[str] = []
    number: list[str] = []
    for token in (*fold(storable(text)).split(), ""):
        if _PHONE_TOKEN.fullmatch(token) or (number and token in ("-", "/", ".")):
            number.append(token)
            continue
        if number:
            found.append(_number_term(number))
            number = []
        if token:
            found.append(token)
    return list(dict.fromkeys(found))


def like_pattern(term: str) -> str:
    """The LIKE pattern that finds a term in a search text, whose words each have a space before them."""
    return f"%{_literally(term)}%" if len(term) >= MIN_INSIDE else word_start_pattern(term)


def whole_word_pattern(term: str) -> str:
    """Finds the term as a whole word; the search text needs a space at its end for it."""
    return f"% {_literally(term)} %"


def word_start_pattern(term: str) -> str:
    """Finds the term where a word starts."""
    return f"% {_literally(term)}%"


def highlight(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the terms of a search stand in `text`: (start, length) in characters, in order, without overlaps."""
    if not text or not words or not _may_be_in(fold(text), words):
        return []
    folded, origin = _folded_with_origins(text)
    marked: set[int] = set()
    for word in words:
        if word:
            marked.update(_found(folded, origin, word))
            if word.isdecimal() and len(word) >= MIN_INSIDE:
                marked.update(_found_among_digits(text, folded, origin, word))
    for position in sorted(marked):  # an accent of its own belongs to the letter before it
        while position + 1 < len(text) and not fold_character(text[position + 1]):
            position += 1
            marked.add(position)
    spans: list[tuple[int, int]] = []
    for position in sorted(marked):
        if spans and sum(spans[-1]) == position:
            spans[-1] = (spans[-1][0], spans[-1][1] + 1)
        else:
            spans.append((position, 1))
    return spans


def _may_be_in(folded: str, words: Sequence[str]) -> bool:
    """Most cells of a list hold nothing of a search: one look costs a tenth of looking for the places."""
    digits = ""
    for word in words:
        if word in folded:
            return True
        if word.isdecimal():
            digits = digits or "".join(filter(str.isdecimal, folded))
            if word in digits:
                return True
    return False


def _literally(term: str) -> str:
    """The term as LIKE reads it, without wildcards."""
    return re.sub(r"([\\%_])", r"\\\1", term)


def _number_term(tokens: list[str]) -> str:
    written = "".join(tokens)
    if not written.startswith("+") and sum(c.isdecimal() for c in written) < MIN_INSIDE:
        return written if len(tokens) == 1 else _NOT_DIGITS.sub("", written)
    digits = _NOT_DIGITS.sub("", written.replace("(0)", "") if written.startswith(("+", "00")) else written)
    if digits.startswith("00") and len(digits) > 5:
        return digits[2:]
    if digits.startswith("0") and len(digits) > 5:
        return digits[1:]
    return digits


def _folded_with_origins(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the position in `text` that it came from."""
    pieces: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        piece = fold_character(character)
        pieces.append(piece)
        origin.extend([position] * len(piece))
    return "".join(pieces), origin


def _found(folded: str, origin: list[int], word: str) -> set[int]:
    positions: set[int] = set()
    start = folded.find(word)
    while start >= 0:
        if len(word) >= MIN_INSIDE or start == 0 or folded[start - 1].isspace():
            positions.update(origin[start : start + len(word)])
        start = folded.find(word, start + 1)
    return positions


def _found_among_digits(text: str, folded: str, origin: list[int], word: str) -> set[int]:
    """The same for digits in a text written as a phone number, whatever stands between them."""
    if not re.fullmatch(r"[\d\s()+\-./]*(?:(?:ext|x)\.?\s*\d+)?", folded):
        return set()
    places = [place for place, character in enumerate(folded) if character.isdecimal()]
    digits = "".join(folded[place] for place in places)
    positions: set[int] = set()
    start = digits.find(word)
    while start >= 0:
        first, last = places[start], places[start + len(word) - 1]
        positions.update(range(origin[first], origin[last] + 1))
        start = digits.find(word, start + 1)
    return positions
