"""What a person chose for an import: how the file is written, what its columns hold, and what happens to duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Kind = Literal["customers", "contacts", "interactions"]
KINDS: tuple[Kind, ...] = ("customers", "contacts", "interactions")
# What makes a row and a customer the same: "usual" is the address, or the name with what else is known.
KEYS = ("usual", "email", "phone", "email_or_phone", "company_city")
EXISTING = ("skip", "update", "create")
DATE_ORDERS = ("", "dmy", "mdy", "ymd")


@dataclass(frozen=True)
class Properties:
    """How the file is written; "" leaves it to what is found in it. `date_order` decides what 03/04/2026 means."""

    encoding: str = ""
    delimiter: str = ""
    has_header: bool = True
    sheet: str = ""
    decimal: str = "."
    date_order: str = ""


DETECTED = Properties()


@dataclass(frozen=True)
class Plan:
    """`columns` holds a target (importing/targets.py) for each column of the file; None leaves it to their names.

    `fixed` are values for fields that no column fills, `tags` go to every row. `existing` says what happens to a row
    whose record is there already, as `key` tells; `overwrite` lets an update replace what is filled."""

    kind: Kind = "customers"
    properties: Properties = DETECTED
    columns: tuple[str, ...] | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    key: str = "usual"
    existing: str = "skip"
    overwrite: bool = False


USUAL = Plan()
"""What the names of the columns say; who is there already is skipped."""


def as_json(plan: Plan) -> dict[str, Any]:
    """The choices as they are kept, without those that belong to one file only."""
    made = asdict(plan)
    made["properties"].pop("sheet")
    made["fixed"] = dict(plan.fixed)
    return made


def from_json(kept: Mapping[str, Any]) -> Plan:
    """The choices of `as_json`; what an earlier or later program does not know is as it comes."""
    plan = Plan(kind=kept.get("kind", "customers"))
    properties = {
        name: value
        for name, value in dict(kept.get("properties") or {}).items()
        if name in Properties.__dataclass_fields__ and isinstance(value, type(getattr(Properties(), name)))
    }
    columns = kept.get("columns")
    return replace(
        plan,
        properties=Properties(**properties),
        columns=None if columns is None else tuple(map(str, columns)),
        fixed={str(name): str(value) for name, value in dict(kept.get("fixed") or {}).items()},
        tags=tuple(map(str, kept.get("tags") or ())),
        key=kept["key"] if kept.get("key") in KEYS else "usual",
        existing=kept["existing"] if kept.get("existing") in EXISTING else "skip",
        overwrite=bool(kept.get("overwrite")),
    )
