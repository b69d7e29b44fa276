"""Reminders: once for each due time, gathered, in the tray or within the window; the count of what is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from crm_desktop.interactions.actions import complete, snooze
from crm_desktop.interactions.agenda import AgendaRow
from crm_desktop.settings import Preferences, Profile
from tests.factories.customers import customer
from tests.factories.interactions import follow_up
from tests.helpers.postgres import ADMIN, PASSWORD, Crm
from tests.ui.desk import Desk, nameless
from ui.follow_ups import watch as watching
from ui.follow_ups.page import FollowUpsPage
from ui.follow_ups.reminder_memory import MOST, ReminderMemory
from ui.follow_ups.reminder_words import reminder_words
from ui.follow_ups.reminders import Reminders
from ui.follow_ups.tray import Tray
from ui.follow_ups.watch import FollowUpWatch
from ui.interactions.interaction_dialog import InteractionDialog
from ui.operations import DataChange
from ui.session import Session
from ui.settings.keys import NEVER_REMIND, reminder_key
from ui.settings.reminders_page import RemindersPage
from ui.sign_in import work
from ui.tasks import Tasks
from ui.theme import Theme
from ui.theme.icons import icon

NOW = datetime(2026, 5, 20, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Desktop:
    """A tray that writes down what it was given; without one, `tell` fails as the real one does."""

    def __init__(self, has_tray: bool = True) -> None:
        self.has_tray = has_tray
        self.told: list[tuple[str, str]] = []
        self.shown = False

    def tell(self, title: str, text: str) -> bool:
        if self.has_tray:
            self.told.append((title, text))
        return self.has_tray

    def show(self, wanted: bool) -> None:
        self.shown = wanted


class Hour:
    """A clock that is set by hand, and who looks at it."""

    def __init__(self, desk: Desk, desktop: Desktop | None = None) -> None:
        self.now = NOW
        self.locked = False
        self.desk = desk
        self.desktop = desktop or Desktop()
        self.owner = QObject()
        self.watch = FollowUpWatch(desk.context, self.owner, now=lambda: self.now)
        self.reminders = Reminders(desk.context, self.watch, self.desktop, lambda: self.locked, self.owner)

    def at(self, minutes: float) -> list[tuple[str, str]]:
        """What is told at so many minutes from NOW."""
        self.now = NOW + minutes * MINUTE
        before = len(self.desktop.told)
        self.watch.look()
        self.desk.settle()
        return self.desktop.told[before:]


@pytest.fixture
def hour(desk: Desk) -> Iterator[Hour]:
    made = Hour(desk)
    yield made
    made.watch.stop()
    made.owner.deleteLater()


def plan(desk: Desk, minutes: float, subject: str = "delivery dates", **fields: Any) -> UUID:
    customer = fields.pop("customer", None) or desk.add()
    return desk.log(customer, subject=subject, status="pending", follow_up=NOW + minutes * MINUTE, **fields)


def test_told_at_the_due_time_and_once(desk: Desk, hour: Hour) -> None:
    """Complaint 22."""
    plan(desk, 10)
    assert hour.at(9) == []
    assert hour.at(10) == [("Follow-up", "Call Ana Ruiz: delivery dates, due now")]
    assert hour.at(11) == [] and hour.at(12) == []


def test_not_again_after_a_restart_but_again_at_a_new_time(desk: Desk, hour: Hour) -> None:
    planned = plan(desk, 10)
    assert len(hour.at(10)) == 1
    restarted = Hour(desk)
    assert restarted.at(11) == []
    with desk.context.database.session() as session:
        snooze(session, planned, 1, NOW + 20 * MINUTE)
    assert restarted.at(12) == []
    assert len(restarted.at(20)) == 1
    restarted.owner.deleteLater()


def test_several_at_once_are_one_message(desk: Desk, hour: Hour) -> None:
    ana = desk.add()
    for number in range(5):
        plan(desk, 10, f"matter {number}", customer=ana)
    ((title, text),) = hour.at(10)
    assert title == "5 follow-ups are due"
    assert text.startswith("Call Ana Ruiz: matter ")
    assert len(text.splitlines()) == 4 and text.splitlines()[3] == "and 2 more"


def test_some_minutes_before(desk: Desk, hour: Hour) -> None:
    desk.context.preferences.set(reminder_key(desk.context.user.id), 15)
    plan(desk, 30, type="meeting")
    assert hour.at(14) == []
    assert hour.at(15) == [("Follow-up", "Meeting with Ana Ruiz: delivery dates, due in 15 minutes")]
    assert hour.at(30) == []


def test_switched_off_nothing_is_told_nor_remembered(desk: Desk, hour: Hour) -> None:
    desk.context.preferences.set(reminder_key(desk.context.user.id), NEVER_REMIND)
    plan(desk, 10)
    assert hour.at(10) == []
    assert not hour.desktop.shown


def test_what_is_done_or_somebody_else_s_is_not_told(desk: Desk, hour: Hour, clean: Crm) -> None:
    other = UUID(clean.add_person("eve", "employee"))
    done = plan(desk, 10)
    plan(desk, 10, assignee_id=other)
    with desk.context.database.session() as session:
        complete(session, done, 1)
    assert hour.at(10) == []


def test_who_was_away_is_told_once_of_what_fell_due_meanwhile(desk: Desk, hour: Hour) -> None:
    plan(desk, -20 * 60, "yesterday")
    plan(desk, -40 * 60, "the day before")
    ((_title, text),) = hour.at(0)
    assert "yesterday, overdue since" in text and "the day before" not in text
    assert hour.at(1) == []


def test_however_many_are_overdue_the_next_one_is_told(desk: Desk, hour: Hour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MOST", 2)
    ana = desk.add()
    for number in range(4):
        plan(desk, -60 - number, customer=ana)
    assert len(hour.at(0)) == 1
    plan(desk, 5, "the next", customer=ana)
    assert hour.at(5) == [("Follow-up", "Call Ana Ruiz: the next, due now")]


def test_without_a_tray_the_window_says_it(desk: Desk) -> None:
    hour = Hour(desk, Desktop(has_tray=False))
    wanted: list[Any] = []
    hour.reminders.wanted.connect(wanted.append)
    planned = plan(desk, 10)
    hour.at(10)
    (notice,) = desk.said
    assert (notice.text, notice.action_text) == ("Call Ana Ruiz: delivery dates, due now", "Show")
    assert notice.action is not None
    notice.action()
    assert [row.id for row in wanted[0]] == [planned]
    hour.owner.deleteLater()


def test_several_within_the_window_are_one_sentence(desk: Desk) -> None:
    hour = Hour(desk, Desktop(has_tray=False))
    for name in ("Ana Ruiz", "Bruno Sá", "Chloé Roy", "Dan Oh"):
        plan(desk, 10, customer=desk.add(contact_name=name))
    hour.at(10)
    (notice,) = desk.said
    beginning, _, names = notice.text.partition(": ")
    assert beginning == "4 follow-ups are due" and names.endswith(" and 1 more")
    hour.owner.deleteLater()


def test_a_locked_window_gives_no_names_away(desk: Desk, hour: Hour) -> None:
    plan(desk, 10)
    hour.locked = True
    assert hour.at(10) == [("CRM Desktop", "A follow-up is due")]


def test_a_click_on_the_message_wants_what_it_told_of(desk: Desk, hour: Hour, qtbot: QtBot) -> None:
    planned = plan(desk, 10)
    hour.at(10)
    with qtbot.waitSignal(hour.reminders.wanted) as wanted:
        hour.reminders.show_last()
    assert [row.id for row in wanted.args[0]] == [planned]


def row(minutes: float = 0) -> AgendaRow:
    me = uuid4()
    return AgendaRow(
        uuid4(), uuid4(), "Ana Ruiz", "other", "Delivery", "low", NOW + minutes * MINUTE, me, "", me, "", None, 1
    )


def test_the_memory_is_bounded_and_forgets_what_is_long_past(preferences: Preferences) -> None:
    me = uuid4()
    memory = ReminderMemory(preferences, me)
    rows = [row() for _ in range(MOST + 10)]
    memory.remember(rows, NOW)
    assert memory.untold(rows) == rows[:10]
    assert ReminderMemory(preferences, uuid4()).untold(rows) == rows, "each person has their own"
    memory.remember([row()], NOW + timedelta(days=3))
    assert memory.untold(rows) == rows


def test_a_memory_that_somebody_broke_is_empty(preferences: Preferences) -> None:
    me = uuid4()
    for broken in ("text", [1, None, "x", "y 2026-13-01"], {"a": 1}):
        preferences.set(f"reminders/{me}/told", broken)
        memory, one = ReminderMemory(preferences, me), row()
        assert memory.untold([one]) == [one]
        memory.remember([one], NOW)
        assert memory.untold([one]) == []


def test_words_by_distance() -> None:
    words = [reminder_words([row(minutes)], NOW).text for minutes in (0.3, 1, 5, -0.4)]
    assert words == [
        "Ana Ruiz: Delivery, due now", "Ana Ruiz: Delivery, due in 1 minute", "Ana Ruiz: Delivery, due in 5 minutes",
        "Ana Ruiz: Delivery, due now",
    ]  # fmt: skip


def test_the_count_follows_changes_and_the_clock(desk: Desk, hour: Hour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "FIRST_AFTER_MS", 0)
    monkeypatch.setattr(watching, "SETTLE_MS", 0)
    counts: list[int] = []
    hour.watch.overdue_changed.connect(counts.append)
    hour.watch.start()
    desk.wait(lambda: counts == [0])
    planned = plan(desk, -1)
    desk.context.operations.tell_changed(DataChange(frozenset({"interactions"})))
    desk.wait(lambda: counts == [0, 1])
    with desk.context.database.session() as session:
        snooze(session, planned, 1, NOW + MINUTE / 100)
    hour.watch.look()
    desk.wait(lambda: counts == [0, 1, 0])
    hour.now = NOW + MINUTE
    desk.wait(lambda: counts == [0, 1, 0, 1])  # by itself: it was armed for the due time
    hour.watch.stop()


def test_the_settings_hold_at_once_and_are_each_person_s(desk: Desk, qtbot: QtBot) -> None:
    changed: list[bool] = []
    page = RemindersPage(desk.context, lambda: changed.append(True))
    qtbot.addWidget(page)
    assert page.minutes.value == "0" and nameless(page) == []
    page.minutes.set_value("30")
    assert changed == [True]
    assert desk.context.preferences.get(reminder_key(desk.context.user.id)) == 30
    assert desk.context.preferences.get(reminder_key(uuid4())) is None


# A whole session.


@pytest.fixture
def session(clean: Crm, qtbot: QtBot, theme: Theme, preferences: Preferences) -> Iterator[Session]:
    with clean.connect() as connection:
        ana = customer(connection, contact_name="Ana Ruiz")
        follow_up(connection, ana, days=-0.01, subject="delivery dates", type="call")
        follow_up(connection, ana, days=-9, subject="an old one", type="call")
    tasks = Tasks()
    account = work.sign_in(clean.target, ADMIN, PASSWORD)
    made = Session(account, Profile("Company", "server", None, clean.target), preferences, theme, tasks)
    qtbot.addWidget(made.window)
    said: list[Any] = []
    made.notices.shown.connect(said.append)
    made.said = said  # type: ignore[attr-defined]
    made.start()
    yield made
    for dialog in made.window.findChildren(InteractionDialog):
        dialog.discard()
    qtbot.waitUntil(lambda: made.operations.idle, timeout=10_000)
    made.close()
    tasks.close()
    made.deleteLater()
    tasks.deleteLater()


def test_the_header_counts_what_is_overdue_and_opens_it(session: Session, qtbot: QtBot) -> None:
    header = session.window.header
    assert header.overdue_button.isHidden()
    qtbot.waitUntil(lambda: header.overdue_button.isVisible(), timeout=10_000)
    assert (header.overdue_button.text(), header.overdue_button.accessibleName()) == ("2", "2 overdue follow-ups")
    header.overdue_button.click()
    page = session.window.pages.currentWidget()
    assert isinstance(page, FollowUpsPage)
    for subject in ("an old one", "delivery dates"):

        def is_next(subject: str = subject) -> bool:
            entry = page.view.entry()
            return entry is not None and entry.subject == subject

        qtbot.waitUntil(is_next, timeout=10_000)
        page._done()
        page._done()
    qtbot.waitUntil(lambda: header.overdue_button.isHidden(), timeout=10_000)
    said = session.said  # type: ignore[attr-defined]
    assert not [notice.text for notice in said if notice.is_error], "a key pressed twice does it once"


def test_a_session_without_a_tray_reminds_in_the_window_and_opens_the_follow_up(session: Session, qtbot: QtBot) -> None:
    if QSystemTrayIcon.isSystemTrayAvailable():
        pytest.skip("there is a tray here")
    said = session.said  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: any("delivery dates" in notice.text for notice in said), timeout=10_000)
    (notice,) = [notice for notice in said if "delivery dates" in notice.text]
    assert notice.text.startswith("Call Ana Ruiz: delivery dates, overdue since ") and "an old one" not in notice.text
    notice.action()
    qtbot.waitUntil(lambda: session.operations.idle, timeout=10_000)
    dialog = session.window.findChild(InteractionDialog)
    assert dialog is not None and dialog.form["subject"].value() == "delivery dates"


@pytest.mark.usefixtures("qapp")
def test_a_real_tray_is_asked_whether_it_is_there() -> None:
    tray = Tray(icon("handshake"))
    tray.show(True)
    assert tray.tell("Follow-up", "Call Ana Ruiz") == QSystemTrayIcon.isSystemTrayAvailable()
    tray.close()
    tray.deleteLater()
