"""The Follow-ups page: sections, keys and menus, undo, what others do meanwhile, and who may do what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from crm_desktop.access.accounts import current_user
from crm_desktop.contacts.actions import add_contact
from crm_desktop.contacts.validation import ContactInput
from crm_desktop.customers.suggestions import Person
from crm_desktop.database.engine import Database
from crm_desktop.errors import ServerUnavailable
from crm_desktop.interactions.actions import complete, edit_interaction, log_interaction, reassign
from crm_desktop.interactions.agenda import PAGE, AgendaRow
from crm_desktop.interactions.queries import interaction
from crm_desktop.interactions.validation import InteractionInput
from crm_desktop.listing.periods import Clock
from tests.helpers.postgres import EMPLOYEE, Crm
from tests.ui.desk import Desk, nameless
from ui.follow_ups import agenda_model
from ui.follow_ups.agenda_model import Heading, More, text_of
from ui.follow_ups.outcome_dialog import OutcomeDialog
from ui.follow_ups.page import FollowUpsPage
from ui.follow_ups.snooze_dialog import SnoozeDialog
from ui.follow_ups.snooze_times import next_time, snooze_times
from ui.follow_ups.whose_choice import EVERYONE, MINE
from ui.interactions.interaction_dialog import InteractionDialog
from ui.operations import DataChange
from ui.shell.shape import Shape

pytestmark = pytest.mark.qt_log_ignore("does not support grabbing the keyboard")  # menus

# A Wednesday afternoon in Berlin: no section is empty by itself.
NOW = datetime(2026, 5, 20, 14, 0, tzinfo=UTC)
BERLIN = Clock(NOW, ZoneInfo("Europe/Berlin"))
TIMES = {"overdue": -1, "today": 0.1, "tomorrow": 1, "week": 3, "later": 30}


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> FollowUpsPage:
    made = FollowUpsPage(desk.context, clock=lambda: BERLIN)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    return made


def shown(desk: Desk, page: FollowUpsPage) -> FollowUpsPage:
    page.show()
    page.view.setFocus()
    desk.settle()
    return page


def plan(desk: Desk, customer_id: UUID, days: float | None, subject: str = "Delivery dates", **fields: Any) -> UUID:
    when = None if days is None else NOW + timedelta(days=days)
    return desk.log(customer_id, subject=subject, status="pending", follow_up=when, **fields)


def plan_one_each(desk: Desk, **fields: Any) -> dict[str, UUID]:
    ana = desk.add()
    return {section: plan(desk, ana, days, f"For {section}", **fields) for section, days in TIMES.items()}


def said(page: FollowUpsPage) -> list[str]:
    items = [page.model.item(number) for number in range(page.model.rowCount())]
    return [item.subject if isinstance(item, AgendaRow) else text_of(item, page.model.look) for item in items if item]


def status_of(desk: Desk, interaction_id: UUID) -> Any:
    return desk.one("SELECT status FROM crm.customer_interactions WHERE id = :id", id=interaction_id)


def due_of(desk: Desk, interaction_id: UUID) -> Any:
    return desk.one("SELECT follow_up FROM crm.customer_interactions WHERE id = :id", id=interaction_id)


def open_menu(page: FollowUpsPage) -> QMenu:
    (menu,) = [each for each in page.findChildren(QMenu) if each.isVisible()]
    return menu


def undo(desk: Desk) -> None:
    action = desk.said[-1].action
    assert action is not None
    action()
    desk.settle()


# What it shows


def test_everything_that_waits_stands_in_its_section(desk: Desk, page: FollowUpsPage) -> None:
    """Complaint 22: what is overdue comes first and is never hidden; what has no date is not forgotten."""
    plan_one_each(desk)
    plan(desk, desk.add(contact_name="Bruno"), None, "Some day")
    shown(desk, page)
    assert said(page) == [
        "Overdue (1)", "For overdue", "Today (1)", "For today", "Tomorrow (1)", "For tomorrow",
        "This week (1)", "For week", "Later (1)", "For later", "No date (1)", "Some day",
    ]  # fmt: skip
    assert page.bar.count.text() == "6 follow-ups"
    first = page.model.index(1)
    spoken = page.model.data(first, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "For overdue, Ana Ruiz, Overdue since yesterday 16:00, Call, Medium priority, Ada Admin"
    assert nameless(page) == []


def test_the_model_keeps_qt_s_rules_while_it_changes(
    desk: Desk, page: FollowUpsPage, qtmodeltester: ModelTester
) -> None:
    ids = plan_one_each(desk)
    shown(desk, page)
    qtmodeltester.check(page.model)
    with desk.context.database.session() as session:
        complete(session, ids["today"], 1)
        complete(session, ids["overdue"], 1)
    plan(desk, desk.add(contact_name="Bruno"), 1.01, "New")
    page.refresh()
    desk.settle()
    assert said(page)[:3] == ["Tomorrow (2)", "For tomorrow", "New"]


def test_a_long_section_is_read_page_by_page_and_its_count_is_exact(
    desk: Desk, page: FollowUpsPage, qtbot: QtBot
) -> None:
    ana = desk.add()
    for number in range(PAGE + 3):
        plan(desk, ana, -1 + number / 1000, f"Call {number:03}")
    shown(desk, page)
    assert said(page)[0] == f"Overdue ({PAGE + 3})" and said(page)[-1] == "Show more of “Overdue” (3 left)"
    page.view.choose(PAGE + 1)
    assert isinstance(page.model.item(page.view.currentIndex().row()), More)
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    desk.settle()
    assert said(page)[-1] == f"Call {PAGE + 2:03}" and len(said(page)) == PAGE + 4
    page.refresh()
    desk.settle()
    assert len(said(page)) == PAGE + 4, "what was read stays on screen"


def test_an_empty_agenda_says_so(desk: Desk, page: FollowUpsPage) -> None:
    shown(desk, page)
    assert "You have nothing to follow up" in page.panel.text and page.panel.isVisible()
    assert not page.bar.buttons["done"].isEnabled()


def test_a_failure_says_why_and_how_to_go_on(desk: Desk, page: FollowUpsPage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise ServerUnavailable("The database does not answer.", hint="Check the network.")

    monkeypatch.setattr("ui.follow_ups.page.agenda", broken)
    shown(desk, page)
    assert "The database does not answer." in page.panel.text


@pytest.mark.parametrize("shape", [(1200, Shape.WIDE), (820, Shape.MEDIUM), (390, Shape.NARROW)])
def test_every_width_paints_and_has_its_buttons(desk: Desk, page: FollowUpsPage, shape: tuple[int, Shape]) -> None:
    plan_one_each(desk, priority="urgent")
    page.resize(shape[0], 800)
    page.set_shape(shape[1])
    shown(desk, page)
    assert not page.grab().isNull()
    assert page.bar.buttons["done"].isVisible() == (shape[1] is Shape.WIDE)
    assert page.bar.small_buttons["done"].isVisible() != page.bar.buttons["done"].isVisible()
    heights = {page.view.visualRect(page.model.index(number)).height() for number in (1, 3)}
    assert min(heights) >= 40


# Keys


def test_keys_go_from_entry_to_entry_past_the_headings(desk: Desk, page: FollowUpsPage, qtbot: QtBot) -> None:
    plan_one_each(desk)
    shown(desk, page)
    subjects = []
    for _ in TIMES:
        row = page.view.entry()
        assert row is not None
        subjects.append(row.subject)
        qtbot.keyClick(page.view, Qt.Key.Key_Down)
    assert subjects == [f"For {section}" for section in TIMES]
    qtbot.keyClick(page.view, Qt.Key.Key_Home)
    assert page.view.entry().subject == "For overdue"  # type: ignore[union-attr]
    qtbot.keyClick(page.view, Qt.Key.Key_End)
    assert page.view.entry().subject == "For later"  # type: ignore[union-attr]


def test_done_with_one_key_and_back_again(desk: Desk, page: FollowUpsPage, qtbot: QtBot) -> None:
    ids = plan_one_each(desk)
    shown(desk, page)
    qtbot.keyClick(page.view, Qt.Key.Key_D)
    desk.settle()
    assert status_of(desk, ids["overdue"]) == "completed"
    desk.wait(lambda: said(page)[0] == "Today (1)")
    assert page.view.entry().subject == "For today", "the next one is chosen"  # type: ignore[union-attr]
    assert desk.texts()[-1] == "“For overdue” is done."
    undo(desk)
    assert status_of(desk, ids["overdue"]) == "pending"
    desk.wait(lambda: said(page)[0] == "Overdue (1)")


def test_done_with_an_outcome(desk: Desk, page: FollowUpsPage, qtbot: QtBot) -> None:
    ids = plan_one_each(desk)
    shown(desk, page)
    qtbot.keyClick(page.view, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    dialog = page.findChild(OutcomeDialog)
    assert dialog is not None and nameless(dialog) == []
    dialog.outcome.setPlainText("Wants a visit in June")
    dialog.done_button.click()
    desk.settle()
    outcome = desk.one("SELECT outcome FROM crm.customer_interactions WHERE id = :id", id=ids["overdue"])
    assert (status_of(desk, ids["overdue"]), outcome) == ("completed", "Wants a visit in June")


def test_done_and_schedule_next_begins_with_the_same_customer_contact_and_person(
    desk: Desk, page: FollowUpsPage, clean: Crm, qtbot: QtBot
) -> None:
    emil = clean.database(EMPLOYEE)
    with emil.session() as session:
        his = current_user(session).id
    emil.close()
    ana = desk.add(company_name="Ruiz")
    with desk.context.database.session() as session:
        ben = add_contact(session, ana, ContactInput(name="Ben Okri"))
    planned = plan(desk, ana, -1, "Delivery dates", type="meeting", priority="high", assignee_id=his, contact_id=ben)
    page.who.set_value(EVERYONE)
    shown(desk, page)
    qtbot.keyClick(page.view, Qt.Key.Key_N)
    desk.settle()
    assert status_of(desk, planned) == "completed"
    dialog = page.findChild(InteractionDialog)
    assert dialog is not None
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    values = dialog.form.values()
    assert (values["subject"], values["type"], values["priority"], values["status"], values["assignee_id"]) == (
        "Delivery dates", "meeting", "high", "pending", his,
    )  # fmt: skip
    assert not dialog.is_dirty(), "closing it asks nothing"
    dialog.save_and_close()
    desk.settle()
    found = "FROM crm.customer_interactions WHERE status = 'pending' AND follow_up > now()"
    assert desk.one(f"SELECT customer_id {found}") == ana
    assert desk.one(f"SELECT contact_id {found}") == ben


def test_snoozing_by_number(desk: Desk, page: FollowUpsPage, qtbot: QtBot) -> None:
    ids = plan_one_each(desk)
    before = due_of(desk, ids["overdue"])
    shown(desk, page)
    qtbot.keyClick(page.view, Qt.Key.Key_S)
    menu = open_menu(page)
    assert menu.accessibleName() == "Snooze For overdue"
    times = [action.data() for action in menu.actions() if action.data()]
    qtbot.keyClick(menu, Qt.Key.Key_2)
    desk.settle()
    assert due_of(desk, ids["overdue"]) == times[1]
    assert desk.texts()[-1].startswith("“For overdue” is put off until ")
    undo(desk)
    assert due_of(desk, ids["overdue"]) == before


def test_whoever_puts_off_one_after_the_other_stays_where_the_first_stood(
    desk: Desk, page: FollowUpsPage, qtbot: QtBot
) -> None:
    """Else the same key pressed again would put off the same one again."""
    ids = plan_one_each(desk)
    shown(desk, page)
    for section in ("overdue", "today"):
        entry = page.view.entry()
        assert entry is not None and entry.id == ids[section]
        page.actions_of.snooze(entry, NOW + timedelta(days=60))
        desk.settle()
        desk.wait(lambda old=entry: page.view.entry() is not None and page.view.entry().id != old.id)
    entry = page.view.entry()
    assert entry is not None and entry.id == ids["tomorrow"]


def test_snoozing_until_a_time_of_one_s_own(desk: Desk, page: FollowUpsPage, qtbot: QtBot) -> None:
    ids = plan_one_each(desk)
    shown(desk, page)
    qtbot.keyClick(page.view, Qt.Key.Key_S)
    qtbot.keyClick(open_menu(page), Qt.Key.Key_P)
    dialog = page.findChild(SnoozeDialog)
    assert dialog is not None and nameless(dialog) == []
    dialog.time.input.setText("when it suits")
    dialog.snooze_button.click()
    assert dialog.isVisible() and "Write a day and a time" in dialog._field.error
    dialog.time.input.setText("2031-05-02 10:15")
    dialog.snooze_button.click()
    desk.settle()
    assert due_of(desk, ids["overdue"]) == datetime(2031, 5, 2, 10, 15).astimezone(UTC)


def test_handing_on_to_somebody_who_works_here(desk: Desk, page: FollowUpsPage, clean: Crm, qtbot: QtBot) -> None:
    left = clean.add_person("eve", "employee", "Eve Left")
    with clean.connect() as connection:
        connection.execute("SELECT crm.deactivate_user(%s)", (left,))
    ids = plan_one_each(desk)
    shown(desk, page)
    qtbot.keyClick(page.view, Qt.Key.Key_R)
    menu = open_menu(page)
    assert [action.text() for action in menu.actions()] == ["&Emil Employee"], "not herself, not who has left"
    qtbot.keyClick(menu, Qt.Key.Key_E)
    desk.settle()
    people = "crm.customer_interactions i JOIN crm.users u ON u.id = i.assignee_id"
    name = f"SELECT u.display_name FROM {people} WHERE i.id = :id"
    assert desk.one(name, id=ids["overdue"]) == "Emil Employee"
    desk.wait(lambda: "For overdue" not in said(page))
    undo(desk)
    assert desk.one(name, id=ids["overdue"]) == "Ada Admin"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_E, Qt.Key.Key_F2])
def test_opening_and_the_customer(desk: Desk, page: FollowUpsPage, qtbot: QtBot, key: Qt.Key) -> None:
    ana = desk.add()
    plan(desk, ana, -1)
    shown(desk, page)
    with qtbot.waitSignal(page.customer_wanted) as wanted:
        qtbot.keyClick(page.view, Qt.Key.Key_C)
    assert wanted.args == [ana]
    qtbot.keyClick(page.view, key)
    desk.settle()
    dialog = page.findChild(InteractionDialog)
    assert dialog is not None and dialog.form["subject"].value() == "Delivery dates"
    dialog.discard()


def test_the_menu_offers_everything_with_its_key(desk: Desk, page: FollowUpsPage) -> None:
    plan_one_each(desk)
    shown(desk, page)
    page.bar.more_button.click()
    words = [action.text().partition("\t")[0] for action in open_menu(page).actions() if action.text()]
    assert words == [
        "Done", "Done with outcome…", "Done and schedule next…", "Snooze", "Reassign", "Edit", "Show Ana Ruiz",
    ]  # fmt: skip
    open_menu(page).close()


def test_the_pointer_does_it_too(desk: Desk, page: FollowUpsPage, qtbot: QtBot) -> None:
    ids = plan_one_each(desk)
    shown(desk, page)
    rect = page.view.visualRect(page.model.index(1))
    customer = page.view.cells._columns(rect)["customer"]
    with qtbot.waitSignal(page.customer_wanted):
        qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=customer.topLeft() + QPoint(4, 16))
    circle = page.view.cells._circle(rect).center()
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=circle)
    desk.settle()
    assert status_of(desk, ids["overdue"]) == "completed"


# Others


def test_what_somebody_else_did_first_is_told_and_kept(desk: Desk, page: FollowUpsPage, qtbot: QtBot) -> None:
    """Complaint 9: by the version that is on screen."""
    ids = plan_one_each(desk)
    shown(desk, page)
    with desk.context.database.session() as session:
        complete(session, ids["overdue"], 1, "Sold")
    qtbot.keyClick(page.view, Qt.Key.Key_D)
    desk.settle()
    assert desk.texts()[-1] == "“For overdue” has been completed meanwhile."
    assert desk.one("SELECT outcome FROM crm.customer_interactions WHERE id = :id", id=ids["overdue"]) == "Sold"
    desk.wait(lambda: "For overdue" not in said(page))


def test_changes_of_others_show_and_the_chosen_entry_stays_chosen(desk: Desk, page: FollowUpsPage) -> None:
    ids = plan_one_each(desk)
    shown(desk, page)
    page.view.choose(page.model.place_of(ids["week"]))
    with desk.context.database.session() as session:
        complete(session, ids["overdue"], 1)
        details = interaction(session, ids["week"])
        changed = InteractionInput(details.customer_id, subject="New words", follow_up=details.follow_up)
        edit_interaction(session, ids["week"], details.version, changed)
    desk.context.operations.tell_changed(DataChange(frozenset({"interactions"})))
    desk.wait(lambda: "New words" in said(page))
    row = page.view.entry()
    assert row is not None and row.id == ids["week"]


def test_time_goes_on_without_anybody_changing_a_row(desk: Desk, qtbot: QtBot) -> None:
    clocks = [BERLIN, Clock(NOW + timedelta(hours=3), BERLIN.zone)]
    page = FollowUpsPage(desk.context, clock=lambda: clocks[0])
    qtbot.addWidget(page)
    plan_one_each(desk)
    shown(desk, page)
    assert said(page)[0] == "Overdue (1)"
    clocks.pop(0)
    page._minute.timeout.emit()
    desk.settle()
    assert said(page)[0] == "Overdue (2)"


def test_a_hidden_page_reads_nothing_until_it_is_seen(desk: Desk, page: FollowUpsPage) -> None:
    plan_one_each(desk)
    desk.context.operations.tell_changed(DataChange(frozenset({"interactions"})))
    page._settle.timeout.emit()
    desk.settle()
    assert page.model.rowCount() == 0
    shown(desk, page)
    assert page.model.rowCount() == 10


# Whose


def test_admins_see_everyone_or_somebody(desk: Desk, page: FollowUpsPage, clean: Crm) -> None:
    emil = clean.database(EMPLOYEE)
    ana = desk.add()
    plan(desk, ana, -1, "Mine")
    his = plan(desk, ana, -1, "His")
    with emil.session() as session:
        him = current_user(session).id
    emil.close()
    with desk.context.database.session() as session:
        reassign(session, his, 1, him)
    shown(desk, page)
    assert page.who.isVisible()
    assert said(page)[1:] == ["Mine"]
    page.who.set_value(EVERYONE)
    desk.settle()
    assert sorted(said(page)[1:]) == ["His", "Mine"]
    page.who.set_value(str(him))
    desk.settle()
    assert said(page)[1:] == ["His"]
    page.show_section("overdue")
    desk.settle()
    assert page.who.value == MINE and page.view.entry().subject == "Mine"  # type: ignore[union-attr]


def test_employees_see_their_own_and_read_what_is_somebody_else_s(emils: Desk, admin: Database, qtbot: QtBot) -> None:
    page = FollowUpsPage(emils.context, clock=lambda: BERLIN)
    qtbot.addWidget(page)
    plan(emils, emils.add(), -1, "His")
    shown(emils, page)
    assert not page.who.isVisible() and said(page)[1:] == ["His"]
    assert page.bar.buttons["done"].isEnabled()
    row = page.view.entry()
    assert row is not None
    ada = UUID(int=1)
    foreign = row._replace(author_id=ada, assignee_id=ada)
    assert not page.rights(foreign).edit
    calls: list[AgendaRow] = []
    page._if_allowed(foreign, calls.append)
    assert calls == []
    page._show_menu(foreign, QPoint(0, 0))
    words = [action.text().partition("\t")[0] for action in open_menu(page).actions()]
    assert words == ["Open", "Show Ana Ruiz"], "nothing that the database would refuse"
    open_menu(page).close()


def test_what_an_employee_may_no_longer_do_is_told_in_words(emils: Desk, admin: Database, qtbot: QtBot) -> None:
    """The page still shows it as his: the database decides."""
    page = FollowUpsPage(emils.context, clock=lambda: BERLIN)
    qtbot.addWidget(page)
    with admin.session() as session:
        ana, ada = emils.add(), current_user(session).id
        given = InteractionInput(ana, subject="Hers", status="pending", follow_up=NOW - timedelta(days=1))
        hers = log_interaction(session, given)
    page.show()
    fake = AgendaRow(hers, ana, "Ana Ruiz", "call", "Hers", "medium", NOW, emils.context.user.id, "", None, "", None, 1)
    page.actions_of.reassign(fake, Person(ada, "Ada Admin"))
    emils.settle()
    assert "Only its author, who has to follow up, or an administrator" in emils.texts()[-1]


# Time


@pytest.mark.parametrize(
    ("zone", "now", "tomorrow_9"),
    [
        # The evening before the clocks go forward, and before they go back.
        ("Europe/Berlin", "2026-03-28T20:00+01:00", "2026-03-29T09:00+02:00"),
        ("Europe/Berlin", "2026-10-24T20:00+02:00", "2026-10-25T09:00+01:00"),
        ("America/New_York", "2026-03-07T20:00-05:00", "2026-03-08T09:00-04:00"),
        ("America/New_York", "2026-10-31T20:00-04:00", "2026-11-01T09:00-05:00"),
        ("Australia/Lord_Howe", "2026-04-04T20:00+11:00", "2026-04-05T09:00+10:30"),
        ("Australia/Lord_Howe", "2026-10-03T20:00+10:30", "2026-10-04T09:00+11:00"),
        ("Asia/Kathmandu", "2026-03-28T20:00+05:45", "2026-03-29T09:00+05:45"),
    ],
)
def test_tomorrow_morning_is_nine_on_the_wall_whatever_summer_time_does(zone: str, now: str, tomorrow_9: str) -> None:
    """Complaint 23."""
    times = {each.text: each.until for each in snooze_times(datetime.fromisoformat(now), ZoneInfo(zone))}
    assert times["Tomorrow morning"] == datetime.fromisoformat(tomorrow_9)
    assert times["In 1 hour"] == datetime.fromisoformat(now) + timedelta(hours=1)
    assert "This afternoon" not in times
    for text in ("In 3 days", "Next week"):
        wall = times[text].astimezone(ZoneInfo(zone))
        assert (wall.hour, wall.minute) == (9, 0)
    again = next_time(datetime.fromisoformat(now), datetime.fromisoformat(now), ZoneInfo(zone))
    assert again.astimezone(ZoneInfo(zone)).strftime("%H:%M") == "20:00"


def test_an_hour_is_an_hour_in_the_night_of_the_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, for the first time
    (hour,) = [each.until for each in snooze_times(before, berlin) if each.text == "In 1 hour"]
    assert hour == before + timedelta(hours=1)
    morning = [each.text for each in snooze_times(datetime(2026, 10, 25, 7, 0, tzinfo=UTC), berlin)]
    assert morning == ["In 1 hour", "This afternoon", "Tomorrow morning", "Next week", "In 3 days"]


def test_a_long_agenda_is_replaced_whole(desk: Desk, page: FollowUpsPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agenda_model, "MOST_COMPARED", 4)
    ids = plan_one_each(desk)
    shown(desk, page)
    page.view.choose(page.model.place_of(ids["later"]))
    page.refresh()
    desk.settle()
    assert page.view.entry().id == ids["later"]  # type: ignore[union-attr]
    assert isinstance(page.model.item(0), Heading)
