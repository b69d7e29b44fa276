"""The sheets of an Excel or OpenDocument workbook."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm_desktop.errors import ImportRefused
from crm_desktop.importing.records import Record

# A sheet is unpacked into memory; beyond this it would not fit.
_MOST_BYTES = 4 << 30


def sheet_names(path: Path) -> list[str]:
    """The sheets that hold cells, those that are shown first. ImportRefused when this is no workbook."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [sheet for sheet in _opened(path).sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if not sheets:
        raise ImportRefused(f"{path.name} has no sheet with cells.")
    sheets.sort(key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
    return [sheet.name for sheet in sheets]


def _opened(path: Path) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > _MOST_BYTES:
            raise ImportRefused(
                f"{path.name} unpacks to {unpacked >> 30} GB, which is too much for a workbook.",
                hint="Save it as CSV, then import that file.",
            )
    try:
        # By its content, not by the end of its name.
        with path.open("rb") as file:
            return CalamineWorkbook.from_filelike(file)
    except PasswordError as error:
        raise ImportRefused(
            f"{path.name} is protected with a password.", hint="Open it, save it without the password, and try again."
        ) from error
    except CalamineError as error:
        if _is_encrypted(path):
            raise ImportRefused(
                f"{path.name} is protected with a password.",
                hint="Open it, save it without the password, and try again.",
            ) from error
        raise ImportRefused(
            f"{path.name} is not a workbook that can be read, or it is damaged.",
            hint="Open it and save it as XLSX or CSV, then import that file.",
        ) from error


def _is_encrypted(path: Path) -> bool:
    """An encrypted workbook is an OLE file with a stream of this name."""
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(1 << 20)


class SheetRows:
    """The rows of a sheet below its first that is not empty; `line` is the row's number in the sheet."""

    joined = 0
    zeros = 0

    def __init__(self, path: Path, sheet: str, has_header: bool = True) -> None:
        from python_calamine import CalamineError

        try:
            opened = _opened(path).get_sheet_by_name(sheet)
        except CalamineError as error:
            raise ImportRefused(f"The sheet “{sheet}” of {path.name} cannot be read: {error}.") from error
        self._height: int = max(1, opened.total_height)
        self._line = 0
        self._rows = iter(opened.iter_rows())
        self._first: Record | None = None
        header = next(self._filled(), None)
        cells = [] if header is None else header.cells
        if cells and not has_header:
            self._first = header
            cells = [""] * len(cells)
        self.header = [" ".join(name.split()) or f"Column {number}" for number, name in enumerate(cells, 1)]

    @property
    def share(self) -> float:
        return min(1.0, self._line / self._height)

    def __iter__(self) -> Iterator[Record]:
        if self._first is not None:
            yield self._first
        yield from self._filled()

    def _filled(self) -> Iterator[Record]:
        for row in self._rows:
            self._line += 1
            if any(cell != "" for cell in row):
                yield Record(self._line, [cell if type(cell) is str else as_text(cell) for cell in row])


def as_text(value: object) -> str:
    """A cell as text: whole numbers without a fraction, days as 2026-03-04."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return str(value)
    return str(value)
