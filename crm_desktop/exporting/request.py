"""What is to be exported, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from crm_desktop.errors import CrmError
from crm_desktop.exporting.columns import Subject
from crm_desktop.listing.request import ListRequest
from crm_desktop.listing.selection import Selection

Format = Literal["csv", "xlsx", "vcf"]
FORMATS: dict[Format, str] = {"csv": "CSV", "xlsx": "Excel workbook", "vcf": "vCard"}
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab"}
VCARD_VERSIONS = ("3.0", "4.0")


@dataclass(frozen=True)
class ExportRequest:
    """`columns` None: all fields. `selection` None: all rows of the list; else only those, in the list's order."""

    subject: Subject
    format: Format
    rows: ListRequest
    columns: tuple[str, ...] | None = None
    selection: Selection | None = field(default=None, repr=False)
    delimiter: str = ","
    bom: bool = True
    """Without it Excel takes a CSV file for the code page of the computer."""
    vcard_version: str = "3.0"
    zone: str = ""
    """The time zone of moments, by its IANA name; "" is the computer's own."""

    def __post_init__(self) -> None:
        if self.format == "vcf" and self.subject != "customers":
            raise CrmError("Only customers can be exported as vCard.", hint="Choose CSV or XLSX.")
        if self.delimiter not in DELIMITERS or self.vcard_version not in VCARD_VERSIONS:
            raise CrmError("The file cannot be written like that.", hint="Choose another delimiter or vCard version.")


@dataclass(frozen=True)
class ExportReport:
    """`cut_texts`: how many texts were longer than a cell of a workbook can be."""

    path: Path
    rows: int
    seconds: float
    sheets: int = 0
    cut_texts: int = 0


def details(request: ExportRequest, column_keys: Sequence[str]) -> dict[str, Any]:
    """What the audit trail keeps of a request, beside its format and the number of rows."""
    found: dict[str, Any] = {"columns": list(column_keys), "sort": request.rows.sort}
    if request.rows.search:
        found["search"] = request.rows.search
    if request.rows.filter:
        found["filter"] = dict(request.rows.filter)
    if request.selection is not None:
        found["selection"] = len(request.selection)
    return found


def format_of(path: Path) -> Format:
    """The format that a file's name asks for; CrmError when it asks for none of ours."""
    for name in FORMATS:
        if path.suffix.lower() == f".{name}":
            return name
    raise CrmError(f"{path.name} does not say what kind of file it is to be.", hint="End it with .csv, .xlsx or .vcf.")
