"""A listing in memory, and the context that a table needs: no database, but the real Operations and their threads."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from crm_desktop.errors import CrmError
from crm_desktop.listing.request import COUNT_CAP, FIRST_ROWS, Anchors, FirstRows, ListRequest
from crm_desktop.settings import Preferences
from ui.operations import Operations
from ui.tables.columns import Column
from ui.theme.tokens import LIGHT, Tokens


class Person(NamedTuple):
    """A row."""

    id: UUID
    name: str
    city: str


def person(number: int, prefix: str = "Person") -> Person:
    """The row at this place."""
    return Person(UUID(int=number + 1), f"{prefix} {number:07}", f"City {number % 50}")


@dataclass
class People:
    """What all listings of a test read: as many rows as `total`, changed by the test between readings."""

    total: int = 10
    prefix: str = "Person"
    fails: CrmError | None = None
    requests: list[ListRequest] = field(default_factory=list)
    pages_read: list[int] = field(default_factory=list)
    rows_read: list[UUID] = field(default_factory=list)

    def listing(self, request: ListRequest) -> "PeopleListing":
        """The factory that a table is given."""
        self.requests.append(request)
        return PeopleListing(self, request)


class PeopleListing:
    """Numbers instead of SQL."""

    page_size = 500

    def __init__(self, people: People, request: ListRequest) -> None:
        self.people = people
        self.request = request

    @property
    def total(self) -> int:
        if self.request.search == "nobody":
            return 0
        return min(3, self.people.total) if self.request.search else self.people.total

    def row(self, number: int) -> Person:
        return person(self.total - 1 - number if self.request.descending else number, self.people.prefix)

    def first(self, _connection: object) -> FirstRows[Person]:
        if self.people.fails is not None:
            raise self.people.fails
        count = min(self.total, COUNT_CAP + 1)
        return FirstRows([self.row(i) for i in range(min(FIRST_ROWS, self.total))], count, count <= COUNT_CAP)

    def anchors(self, _connection: object) -> Anchors:
        return Anchors(self.total, tuple(range(0, self.total, self.page_size)))

    def page(self, _connection: object, anchors: Anchors, index: int) -> list[Person]:
        self.people.pages_read.append(index)
        first = index * self.page_size
        return [self.row(i) for i in range(first, min(anchors.total, first + self.page_size))]

    def rows(self, _connection: object, ids: Sequence[UUID]) -> list[Person]:
        self.people.rows_read += ids
        return [self.row(each.int - 1) for each in ids]

    def present(self, _connection: object, ids: Any) -> set[UUID]:
        return {each for each in ids if each.int <= self.total}


class NoDatabase:
    """Sessions that lead nowhere."""

    @contextmanager
    def session(self, _cancellation: object = None) -> Iterator[Any]:
        yield SimpleNamespace(connection=lambda: None)


class FixedTheme(QObject):
    """The light tokens, whatever the machine."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = LIGHT


def make_context(folder: Path, *, synchronous: bool = True) -> Any:
    """Operations, preferences and theme."""
    operations = Operations(NoDatabase(), synchronous=synchronous)  # type: ignore[arg-type]
    return SimpleNamespace(
        operations=operations, preferences=Preferences(folder / "preferences.json"), theme=FixedTheme()
    )


COLUMNS = (
    Column(
        "name",
        "Name",
        lambda row: row.name,
        160,
        "name",
        strong=True,
        searchable=True,
        fixed=True,
        tooltip=lambda row: row.name,
    ),
    Column("city", "City", lambda row: row.city, 120, "city", tooltip=lambda row: f"{row.city}, exactly"),
    Column("id", "Id", lambda row: str(row.id), 90, hidden=True),
)
