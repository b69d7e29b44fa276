"""The company whose contacts are shown and edited."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Company:
    """`country` says how phone numbers are read there."""

    id: UUID
    name: str
    country: str = ""
