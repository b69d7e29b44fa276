"""Which encoding a text file is in, decided from its bytes."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crm_desktop.errors import ImportRefused

MIXED = "crm-utf8-or-cp1252"
_SAMPLE = 1 << 16

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SAVE_AS_CSV = "Open it and save it as CSV (comma separated), then import that file."
# Files that are no text at all, by their first bytes, and what to do about each.
_NOT_TEXT = (
    (b"PK\x03\x04", "an Excel or OpenDocument workbook", _SAVE_AS_CSV),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", _SAVE_AS_CSV),
    (b"%PDF", "a PDF document", "Export the customers as CSV from the program that made it."),
    (b"BEGIN:VCARD", "a file of address cards (vCard)", "Export the contacts as CSV instead."),
    (b"\x1f\x8b", "a compressed file", "Unpack it first."),
    (b"SQLite format 3\x00", "a database file", "Export the customers as CSV from the program that made it."),
)

# Letters to expect beyond ASCII, per code page for Latin scripts. The order decides when nothing else does.
_LATIN_LETTERS = {
    "cp1252": "äöüßéèêëàâáåãæçñíìîïóòôõøœúùûÿÄÖÜÉÈÊËÀÂÁÅÃÆÇÑÍÌÎÏÓÒÔÕØŒÚÙÛ",
    "cp1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽäôľĺŕöüőűÖÜŐŰăâîşţĂÂÎŞŢđĐß",
    "cp1254": "çğıöşüâîûÇĞİÖŞÜ",
    "mac_roman": "äöüßéèêëàâáåãæçñíìîïóòôõøœúùûÿÄÖÜÉÈÊËÀÂÁÅÃÆÇÑÓÔÕØŒ",
    "cp850": "äöüßéèêëàâáåãæçñíìîïóòôõøúùûÄÖÜÉÅÆÇÑØ",
}
_OTHER_SCRIPTS = (
    "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr",
)  # fmt: skip
_RARE_LETTERS = {"cp1252": "þðýÞÐÝšžŠŽ"}
_PUNCTUATION = "’‘“”„–—…«»°€£§©®·\xa0ºª"
# UTF-8 without what only looks like it: overlong forms, surrogates, numbers beyond Unicode.
_VALID_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)


@dataclass(frozen=True)
class Encoding:
    """A codec and error handler for open(), and how people call it."""

    codec: str
    errors: str = "strict"
    label: str = ""
    note: str = ""


def _cp1252_instead(error: UnicodeError) -> tuple[str, int]:
    """Decode what is no UTF-8 as Windows text; the five bytes that cp1252 leaves open as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_cp1252_character(byte) for byte in wrong), error.end


def _cp1252_character(byte: int) -> str:
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def _latin1_instead(error: UnicodeError) -> tuple[str, int]:
    """Decode the few bytes that a Windows code page leaves open as Latin-1, so that nothing is lost."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(MIXED, _cp1252_instead)
codecs.register_error("crm-latin1", _latin1_instead)


def detect(path: Path, *, cards: bool = False) -> Encoding:
    """The encoding of a text file (`cards`: one of address cards). ImportRefused for one that is empty or no text."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
        if not head.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
            raise ImportRefused(
                f"{path.name} is empty.", hint="Choose a file with a line of column names and customers below it."
            )
        if not cards:
            _refuse_other_formats(path, head)
        for bom, codec in _BOMS:
            if head.startswith(bom):
                return Encoding(codec, "replace", codec.upper().replace("-SIG", ""), "")
        wide = _utf16_without_bom(head)
        if wide:
            return Encoding(wide, "replace", "UTF-16")
        file.seek(0)
        proofs, invalid, sample = _look_at_bytes(file)
    if not invalid:
        return Encoding("utf-8", label="UTF-8")
    if proofs * 4 >= invalid:
        return Encoding(
            "utf-8", MIXED, "UTF-8", f"{invalid:,} characters were not UTF-8 and were read as Windows-1252."
        )
    codec = _code_page(sample)
    return Encoding(codec, "crm-latin1" if codec.startswith("cp") else "replace", codec)


def _refuse_other_formats(path: Path, head: bytes) -> None:
    for start, what, hint in _NOT_TEXT:
        if head.startswith(start):
            raise ImportRefused(f"{path.name} is {what}, not a CSV file.", hint=hint)


def _utf16_without_bom(head: bytes) -> str:
    """UTF-16 shows as a zero in every second byte of ASCII text."""
    pairs = max(1, len(head) // 2)
    if head[1::2].count(0) > 0.6 * pairs and head[0::2].count(0) < 0.1 * pairs:
        return "utf-16-le"
    if head[0::2].count(0) > 0.6 * pairs and head[1::2].count(0) < 0.1 * pairs:
        return "utf-16-be"
    return ""


def _look_at_bytes(file: BinaryIO) -> tuple[int, int, bytes]:
    """Lines that prove UTF-8, bytes that are none, and lines that show what they are instead."""
    proofs = invalid = sampled = 0
    sample: list[bytes] = []
    for line in file:
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            proofs += 1
        except UnicodeDecodeError:
            rest, sequences = _VALID_MULTIBYTE.subn(b"", line)
            wrong = sum(byte > 0x7F for byte in rest)
            invalid += wrong
            proofs += sequences > wrong
            if sampled < _SAMPLE:
                sample.append(line[:_SAMPLE])
                sampled += len(line)
    return proofs, invalid, b"".join(sample)


def _code_page(sample: bytes) -> str:
    """The single- or double-byte code page that makes words of a sample."""
    western = sample.decode("cp1252", "crm-latin1")
    letters = [character for character in western if character.isalpha()]
    foreign = sum(not character.isascii() for character in letters)
    odd = sum(not character.isascii() and not character.isalpha() for character in western)
    if foreign + odd > 0.4 * max(1, len(letters) + odd):
        from charset_normalizer import from_bytes

        best = from_bytes(sample, cp_isolation=["cp1252", *_OTHER_SCRIPTS]).best()
        if best is not None and best.encoding != "cp1252":
            return best.encoding
    return max(_LATIN_LETTERS, key=lambda codec: _fit(sample, codec))


def _fit(sample: bytes, codec: str) -> float:
    """How many of the characters beyond ASCII are letters that the code page's languages write."""
    expected, rare = _LATIN_LETTERS[codec], _RARE_LETTERS.get(codec, "")
    points = 0.0
    text = sample.decode(codec, "crm-latin1")
    for character in text:
        if character.isascii():
            continue
        if character in expected:
            points += 1
        elif character in rare:
            points += 0.5
        elif character in _PUNCTUATION:
            points += 0.3
        else:
            points -= 1
    return points
