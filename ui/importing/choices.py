"""What has been chosen in the wizard so far. Going back loses none of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from crm_desktop.importing.plan import Kind, Plan, Properties
from crm_desktop.importing.preview import Preview
from crm_desktop.importing.saved import fitted


@dataclass
class Choices:
    """One import in the making. `columns` is empty until a file was looked at."""

    kind: Kind = "customers"
    path: Path | None = None
    properties: Properties = field(default_factory=Properties)
    preview: Preview | None = None
    columns: list[str] = field(default_factory=list)
    fixed: dict[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    key: str = "usual"
    existing: str = "skip"
    overwrite: bool = False
    again: Plan | None = None
    """The plan of an earlier run, for its file of refused rows."""

    def plan(self) -> Plan:
        """All of it, for the file at hand."""
        columns = tuple(self.columns) if self.columns else None
        assigned = set(self.columns)
        fixed = {name: value for name, value in self.fixed.items() if value and not _filled(name, assigned)}
        return Plan(self.kind, self.properties, columns, fixed, self.tags, self.key, self.existing, self.overwrite)

    def take_preview(self, preview: Preview) -> None:
        """A file was looked at, maybe for a second time: what was assigned stays where the columns are the same."""
        before = self.preview
        self.preview = preview
        if self.again is not None:
            again, self.again = self.again, None
            self.take_plan(fitted(again, preview.header))
        elif before is None or before.header != preview.header or len(self.columns) != len(preview.columns):
            self.recognise()

    def recognise(self) -> None:
        """What the names of the columns say."""
        self.columns = [column.target for column in self.preview.columns] if self.preview is not None else []

    def take_plan(self, plan: Plan) -> None:
        """What was kept, as far as it fits this file."""
        if self.preview is None:
            return
        if plan.columns is not None and len(plan.columns) == len(self.preview.columns):
            self.columns = list(plan.columns)
        else:
            self.recognise()
        self.fixed, self.tags = dict(plan.fixed), plan.tags
        self.key, self.existing, self.overwrite = plan.key, plan.existing, plan.overwrite
        kept = plan.properties
        self.properties = replace(self.properties, decimal=kept.decimal, date_order=kept.date_order)


def _filled(name: str, assigned: set[str]) -> bool:
    """Whether a column fills every row's field: a fixed country still helps where a column is blank in places."""
    return name in assigned and name not in ("country", "city", "status", "customer_type", "source", "currency")
