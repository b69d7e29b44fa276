"""The agenda: which section a follow-up stands in, in whose calendar; pages and counts; snoozing and handing on."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.access import accounts
from crm_desktop.customers.actions import add_customer
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError, InvalidInput, NotAllowed, StaleRow
from crm_desktop.interactions.actions import complete, log_interaction, reassign, snooze
from crm_desktop.interactions.agenda import (
    SECTIONS,
    SectionKey,
    agenda,
    agenda_counts,
    agenda_page,
    bounds,
    due_between,
    overdue_count,
)
from crm_desktop.interactions.queries import interaction
from crm_desktop.interactions.validation import InteractionInput
from crm_desktop.listing.periods import Clock
from tests.helpers.postgres import Crm

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
# The nights in which clocks change: Berlin, New York, and Lord Howe Island by half an hour.
NIGHTS = [
    datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 28), (10, 24), (3, 7), (10, 31), (4, 4), (10, 3))
]
MINUTE = timedelta(minutes=1)

moments = st.builds(
    lambda night, minutes: night + minutes * MINUTE, st.sampled_from(NIGHTS), st.integers(-4 * 1440, 12 * 1440)
)


def read_plainly(moment: datetime | None, clock: Clock) -> SectionKey:
    """The section by the day on the wall's calendar."""
    if moment is None:
        return "none"
    if moment < clock.now:
        return "overdue"
    day, today = moment.astimezone(clock.zone).date(), clock.today
    days = (day - today).days
    if days <= 1:
        return "today" if days == 0 else "tomorrow"
    return "week" if day.isocalendar()[:2] == today.isocalendar()[:2] else "later"


@given(now=moments, moment=moments, zone=st.sampled_from(ZONES))
def test_each_moment_is_in_the_section_of_its_local_day(now: datetime, moment: datetime, zone: str) -> None:
    """Complaint 23: a day is the person's own, also when it has 23 or 25 hours."""
    clock = Clock(now, ZoneInfo(zone))
    found = [
        section
        for section, (first, end) in bounds(clock).items()
        if (first is None or moment >= first) and (end is None or moment < end)
    ]
    assert found == [read_plainly(moment, clock)]


@pytest.fixture
def ana(admin: Database) -> UUID:
    with admin.session() as session:
        return add_customer(session, CustomerInput(contact_name="Ana Ruiz"))


def plan(database: Database, customer_id: UUID, follow_up: datetime | None, **fields: object) -> UUID:
    given = {"subject": "Delivery dates", "type": "call", "status": "pending", **fields}
    with database.session() as session:
        return log_interaction(session, InteractionInput(customer_id, follow_up=follow_up, **given))  # type: ignore[arg-type]


def me(database: Database) -> UUID:
    with database.session() as session:
        return accounts.current_user(session).id


@pytest.mark.parametrize("zone", ZONES)
def test_pages_and_counts_agree_with_a_plain_reading(admin: Database, ana: UUID, zone: str) -> None:
    """Complaint 22: nothing that waits is on no page, and what is overdue is never hidden."""
    clock = Clock(datetime(2026, 10, 23, 21, 30, tzinfo=UTC), ZoneInfo(zone))
    whose = me(admin)
    edges = [edge for pair in bounds(clock).values() for edge in pair if edge is not None]
    times = [edge + step for edge in edges for step in (-MINUTE, timedelta(0), MINUTE)]
    wanted: dict[UUID, SectionKey] = {}
    for moment in [*times, *times[:3], None, None, clock.now - timedelta(days=400), clock.now + timedelta(days=400)]:
        wanted[plan(admin, ana, moment)] = read_plainly(moment, clock)
    done = plan(admin, ana, clock.now)
    with admin.session() as session:
        complete(session, done, 1)
    with admin.session() as session:
        counts = agenda_counts(session, clock, whose)
        found: dict[UUID, SectionKey] = {}
        for section in SECTIONS:
            rows = agenda_page(session, clock, whose, section, limit=2)
            order = []
            while rows:
                order += rows
                rows = agenda_page(session, clock, whose, section, after=rows[-1], limit=2)
            assert order == sorted(order, key=lambda row: (row.follow_up or clock.now, row.id))
            assert len(order) == counts[section]
            found |= {row.id: section for row in order}
        assert found == wanted
        whole = agenda(session, clock, whose, {"overdue": 1})
        assert whole.total == len(wanted)
        assert len(whole.rows["overdue"]) == 1 and len(whole.rows["today"]) == counts["today"]
        assert overdue_count(session, whose, clock.now) == counts["overdue"]


def test_an_agenda_is_of_who_has_to_follow_up(admin: Database, employee: Database, ana: UUID) -> None:
    clock, ada, emil = Clock(), me(admin), me(employee)
    soon = clock.now + timedelta(minutes=5)
    hers = plan(admin, ana, soon)
    handed_on = plan(admin, ana, soon, assignee_id=emil)
    with employee.session() as session:
        page = {
            whose: {row.id for section in SECTIONS for row in agenda_page(session, clock, whose, section)}
            for whose in (ada, emil, None)
        }
        assert page == {ada: {hers}, emil: {handed_on}, None: {hers, handed_on}}
        (due,) = due_between(session, emil, clock.now, soon + MINUTE, 10)
        assert (due.id, due.customer_name, due.author, due.assignee) == (
            handed_on, "Ana Ruiz", "Ada Admin", "Emil Employee",
        )  # fmt: skip
        assert due_between(session, emil, clock.now, soon, 10) == []


def test_snoozing_and_handing_on_go_by_the_version_that_was_seen(
    admin: Database, employee: Database, ana: UUID
) -> None:
    """Complaint 9."""
    emil, later = me(employee), datetime(2027, 1, 4, 8, tzinfo=UTC)
    planned = plan(admin, ana, later - timedelta(days=7))
    with admin.session() as session:
        assert snooze(session, planned, 1, later) == 2
    with pytest.raises(StaleRow), admin.session() as session:
        reassign(session, planned, 1, emil)
    with pytest.raises(NotAllowed), employee.session() as session:
        snooze(session, planned, 2, later + MINUTE)
    with pytest.raises(InvalidInput), admin.session() as session:
        snooze(session, planned, 2, datetime(2027, 1, 4, 8))
    with admin.session() as session:
        assert reassign(session, planned, 2, emil) == 3
    with employee.session() as session:
        snooze(session, planned, 3, later + MINUTE)
        details = interaction(session, planned)
        assert (details.assignee, details.follow_up) == ("Emil Employee", later + MINUTE)


def test_nobody_who_has_left_gets_a_follow_up(clean: Crm, admin: Database, ana: UUID) -> None:
    left = UUID(clean.add_person("eve", "employee"))
    planned = plan(admin, ana, datetime(2027, 1, 4, tzinfo=UTC))
    with admin.session() as session:
        accounts.deactivate(session, left)
    with pytest.raises(CrmError, match="no such active member of staff"), admin.session() as session:
        reassign(session, planned, 1, left)
