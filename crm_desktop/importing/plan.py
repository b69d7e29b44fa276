"""What a person chose for an import: how the file is written, what its columns hold, and what happens to duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Kind = Literal["customers", "contacts", "interactions", "products", "orders"]
KINDS: tuple[Kind, ...] = ("customers", "contacts", "interactions", "products", "orders")
# What makes a row and a customer the same: "usual" is the address, or the name with what else is known.
KEYS = ("usual", "customer_number", "email", "phone", "email_or_phone", "company_city")
EXISTING = ("skip", "update", "create")
DATE_ORDERS = ("", "dmy", "mdy", "ymd")
DECIMALS = (".", ",")


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
    """Unless something else is chosen: what the names of the columns say, and who is there already is skipped.

    `columns` holds a target (importing/targets.py) for each column of the file; None leaves it to their names.

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


def as_json(plan: Plan) -> dict[str, Any]:
    """The choices as they are kept, without those that belong to one file only."""
    made = asdict(plan)
    made["properties"].pop("sheet")
    made["fixed"] = dict(plan.fixed)
    return made


def from_json(kind: Kind, kept: Any) -> Plan:
    """The choices of `as_json`, of whatever is stored: what is not understood is as it comes."""
    if not isinstance(kept, Mapping):
        return Plan(kind)
    columns, fixed, tags = kept.get("columns"), kept.get("fixed"), kept.get("tags")
    return Plan(
        kind,
        properties=_properties(kept.get("properties")),
        columns=tuple(map(str, columns)) if isinstance(columns, list) else None,
        fixed={name: str(value) for name, value in fixed.items()} if isinstance(fixed, Mapping) else {},
        tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
        key=kept["key"] if kept.get("key") in KEYS else "usual",
        existing=kept["existing"] if kept.get("existing") in EXISTING else "skip",
        overwrite=kept.get("overwrite") is True,
    )


def _properties(kept: Any) -> Properties:
    given = kept if isinstance(kept, Mapping) else {}
    usual = vars(DETECTED)
    known = {name: value for name, value in given.items() if name in usual and type(value) is type(usual[name])}
    found = Properties(**known)
    return replace(
        found,
        delimiter=found.delimiter[:1],
        decimal=found.decimal if found.decimal in DECIMALS else DETECTED.decimal,
        date_order=found.date_order if found.date_order in DATE_ORDERS else DETECTED.date_order,
    )
