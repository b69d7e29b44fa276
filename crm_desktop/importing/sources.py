"""The files that can be imported: text, workbooks and address cards, each as a header with rows below it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from crm_desktop.errors import ImportRefused
from crm_desktop.importing import encodings, records
from crm_desktop.importing.encodings import Encoding
from crm_desktop.importing.plan import DETECTED, Properties
from crm_desktop.importing.records import Record, RecordReader
from crm_desktop.importing.targets import recogniser

Format = Literal["text", "workbook", "cards"]
ENCODINGS = (
    ("utf-8", "Unicode (UTF-8)"), ("utf-16", "Unicode (UTF-16)"), ("cp1252", "Western (Windows-1252)"),
    ("latin-1", "Western (ISO-8859-1)"), ("mac_roman", "Western (Macintosh)"), ("cp850", "Western (DOS)"),
    ("cp1250", "Central European (Windows-1250)"), ("cp1254", "Turkish (Windows-1254)"),
    ("cp1251", "Cyrillic (Windows-1251)"), ("koi8_r", "Cyrillic (KOI8-R)"), ("cp1253", "Greek (Windows-1253)"),
    ("cp1255", "Hebrew (Windows-1255)"), ("cp1256", "Arabic (Windows-1256)"), ("shift_jis", "Japanese (Shift JIS)"),
    ("euc_jp", "Japanese (EUC-JP)"), ("gb18030", "Chinese (GB 18030)"), ("big5", "Chinese (Big5)"),
    ("euc_kr", "Korean (EUC-KR)"),
)  # fmt: skip
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CARD = "BEGIN:VCARD"
UTF_8 = Encoding("utf-8", label="UTF-8")


class Rows(Protocol):
    """The rows of an opened file below its header. `share` is how much of the file has been read, 0 to 1."""

    header: list[str]
    joined: int

    @property
    def zeros(self) -> int: ...

    @property
    def share(self) -> float: ...

    def __iter__(self) -> Iterator[Record]: ...


@dataclass(frozen=True)
class Source:
    """A file that was looked at: of what kind it is, how it is written, and its column names."""

    path: Path
    format: Format
    properties: Properties
    header: tuple[str, ...]
    encoding: Encoding = UTF_8
    delimiter: str = ","
    skipped_lines: int = 0
    sheets: tuple[str, ...] = ()
    sheet: str = ""

    @contextmanager
    def opened(self) -> Iterator[Rows]:
        """The rows of the file, from the first; several at once do not disturb each other."""
        with _in_words(self.path):
            if self.format == "workbook":
                from crm_desktop.importing.workbooks import SheetRows

                yield SheetRows(self.path, self.sheet, self.properties.has_header)
            elif self.format == "cards":
                from crm_desktop.importing.cards import CardRows

                with records.opened(self.path, self.encoding) as text:
                    yield CardRows(text, self.path.stat().st_size)
            else:
                with records.opened(self.path, self.encoding) as text:
                    yield RecordReader(
                        text,
                        self.delimiter,
                        self.skipped_lines,
                        has_header=self.properties.has_header,
                        size=self.path.stat().st_size,
                    )


def look_at(path: Path, properties: Properties = DETECTED, kind: str = "customers") -> Source:
    """How a file is written and what its columns are called. ImportRefused when it cannot be read as a list."""
    with _in_words(path):
        if path.is_dir():
            raise ImportRefused(f"{path.name or path} is a folder.", hint="Choose a file inside it.")
        with path.open("rb") as file:
            head = file.read(4096)
        if head.startswith(_WORKBOOKS):
            return _look_at_workbook(path, properties)
        if _begins_as_card(head):
            return _look_at_cards(path, properties)
        return _look_at_text(path, properties, kind)


def _look_at_workbook(path: Path, properties: Properties) -> Source:
    from crm_desktop.importing.workbooks import SheetRows, sheet_names

    sheets = sheet_names(path)
    sheet = properties.sheet if properties.sheet in sheets else sheets[0]
    header = SheetRows(path, sheet, properties.has_header).header
    if not header and not properties.sheet:
        for other in sheets[1:]:
            header = SheetRows(path, other, properties.has_header).header
            if header:
                sheet = other
                break
    if not header:
        raise ImportRefused(f"The sheet “{sheet}” of {path.name} is empty.", hint="Choose another sheet or file.")
    return Source(path, "workbook", properties, tuple(header), sheets=tuple(sheets), sheet=sheet)


def _look_at_cards(path: Path, properties: Properties) -> Source:
    from crm_desktop.importing.cards import HEADER

    encoding = _chosen(properties) or encodings.detect(path, cards=True)
    return Source(path, "cards", properties, HEADER, encoding)


def _look_at_text(path: Path, properties: Properties, kind: str) -> Source:
    encoding = _chosen(properties) or encodings.detect(path)
    with records.opened(path, encoding) as text:
        found, skipped = records.detect_delimiter(text, recogniser(kind).count)
    delimiter = properties.delimiter or found
    with records.opened(path, encoding) as text:
        header = RecordReader(text, delimiter, skipped, has_header=properties.has_header).header
    if not header:
        raise ImportRefused(f"{path.name} has no line of column names.")
    return Source(path, "text", properties, tuple(header), encoding, delimiter, skipped)


def _chosen(properties: Properties) -> Encoding | None:
    """The encoding that the person chose, whatever the file looks like."""
    codec = properties.encoding
    label = dict(ENCODINGS).get(codec)
    if label is None:
        return None
    return Encoding("utf-8-sig" if codec == "utf-8" else codec, "replace", label)


def _begins_as_card(head: bytes) -> bool:
    for bom, codec in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(bom):
            return head.decode(codec, "ignore").lstrip().upper().startswith(_CARD)
    return head.removeprefix(codecs.BOM_UTF8).lstrip().upper().startswith(_CARD.encode())


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeError as error:
        raise ImportRefused(
            f"{path.name} is not written in this encoding.", hint="Choose another one, or leave it as detected."
        ) from error
    except FileNotFoundError as error:
        raise ImportRefused(
            f"{path} cannot be read: No such file or folder.", hint="It may have been moved. Choose it again."
        ) from error
    except PermissionError as error:
        raise ImportRefused(
            f"{path} cannot be read: {error.strerror or error}.",
            hint="Close the program that has it open, or ask for the right to read it.",
        ) from error
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read: {error.strerror or error}.") from error
