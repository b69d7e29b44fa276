"""Rules of a segment in the window: administrators write them and take runs back, employees read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import UUID

import psycopg
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.database.engine import Database
from crm_desktop.segments.running import run_segment
from crm_desktop.settings import Preferences
from tests.factories.customers import prospect
from tests.factories.rows import me
from tests.factories.segments import follow_up_rule, rule, segment
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk, at_desk, nameless
from ui.segments import rule_work
from ui.segments.rule_dialog import RuleDialog
from ui.segments.rules_section import RulesSection
from ui.segments.zone_dialog import ZoneDialog
from ui.theme import Theme

Connection = psycopg.Connection[Any]


@pytest.fixture
def ada(clean: Crm) -> Iterator[Connection]:
    with closing(clean.connect(autocommit=True)) as connection:
        yield connection


@pytest.fixture
def yes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whoever is asked says yes; what they were asked."""
    asked: list[str] = []

    def answer(_parent: QWidget, title: str, text: str, *_words: str, **_options: Any) -> bool:
        asked.append(f"{title} {text}")
        return True

    monkeypatch.setattr(rule_work, "ask", answer)
    return asked


def shown(desk: Desk, segment_id: UUID, *, active: bool = True) -> RulesSection:
    section = RulesSection(desk.context)
    desk.qtbot.addWidget(section)
    section.resize(700, 800)
    section.show_segment(segment_id, "Prospects", active)
    section.show()
    desk.settle()
    return section


def dialog_of(desk: Desk) -> RuleDialog:
    dialog = next(each for each in _open() if isinstance(each, RuleDialog))
    desk.settle()
    return dialog


def _open() -> list[QWidget]:
    from PySide6.QtWidgets import QApplication

    return [each for each in QApplication.topLevelWidgets() if each.isVisible()]


def fill(dialog: RuleDialog, **values: Any) -> None:
    dialog.form.fill(values)


def texts(section: RulesSection) -> list[str]:
    return [each.words.text() for each in section.entries]


def runs(section: RulesSection) -> list[str]:
    return [each.words.text() for each in section.run_entries]


def test_a_rule_is_added_and_knows_from_then_on_who_was_in(desk: Desk, ada: Connection) -> None:
    before = prospect(ada)
    section = shown(desk, segment(ada))
    assert not section.none.isHidden()
    assert section.run_button.isHidden()
    section.add()
    dialog = dialog_of(desk)
    assert dialog.also_now.text() == "Also for the 1 customer that is in it now"
    dialog.save_and_close()
    assert dialog.form["tag"].tone == "error"
    fill(dialog, tag=" New ")
    assert dialog.words.text() == "A customer enters: add the tag “New”."
    dialog.save_and_close()
    desk.settle()
    assert texts(section) == ["Add the tag “New”"]
    assert runs(section) == ["1 customer in it at the first run; rules act on who enters or leaves from now on."]
    assert desk.one("SELECT tags FROM crm.customers WHERE id = :id", id=before) == []
    prospect(ada)
    section.run_button.click()
    desk.wait(lambda: len(section.run_entries) == 2)
    assert "1 entered, 0 left. Added the tag “New” to 1 customer." in desk.texts()[-1]
    assert nameless(section) == []


def test_a_new_rule_also_acts_on_those_in_it_now_when_that_is_chosen(desk: Desk, ada: Connection) -> None:
    people = [prospect(ada) for _ in range(3)]
    section = shown(desk, segment(ada))
    section.add()
    dialog = dialog_of(desk)
    assert dialog.also_now.text() == "Also for the 3 customers that are in it now"
    dialog.also_now.setChecked(True)
    fill(dialog, tag="New")
    dialog.save_and_close()
    desk.settle()
    assert desk.one("SELECT count(*) FROM crm.customers WHERE tags = '[\"New\"]'") == len(people)
    undo = next(notice for notice in desk.said if notice.action_text == "Undo" and "3 customers" in notice.text)
    assert undo.action is not None
    undo.action()
    desk.settle()
    assert desk.one("SELECT count(*) FROM crm.customers WHERE tags = '[]'") == len(people)
    assert desk.texts()[-1] == "The run was undone."


def test_only_what_belongs_to_the_action_is_asked(desk: Desk, ada: Connection) -> None:
    emil = UUID(str(ada.execute("SELECT id FROM crm.users WHERE username = 'emil'").fetchone()[0]))  # type: ignore[index]
    section = shown(desk, segment(ada))
    section.add()
    dialog = dialog_of(desk)

    def asked() -> set[str]:
        return {field.name for field in dialog.form if not field.isHidden()}

    assert asked() == {"event", "action", "tag"}
    fill(dialog, action="set_status")
    assert asked() == {"event", "action", "status"}
    fill(dialog, action="follow_up", event="leave")
    assert asked() == {"event", "action", "subject", "assignee", "fallback", "days", "time", "priority"}
    assert dialog.also_now.isHidden()
    fill(dialog, subject="Ask why", days="many", time="25:00")
    dialog.save()
    assert {field.name for field in dialog.form if field.tone == "error"} == {"fallback", "days", "time"}
    fill(dialog, assignee=emil, days=3, time="08:30")
    assert "fallback" not in asked()
    assert dialog.words.text() == (
        "A customer leaves: plan a follow-up “Ask why” for Emil Employee, in 3 days at 08:30."
    )
    dialog.save_and_close()
    desk.settle()
    assert texts(section) == ["Plan a follow-up “Ask why” for Emil Employee, in 3 days at 08:30"]


def test_a_rule_that_the_program_stopped_says_why_until_it_is_resumed(clean: Crm, desk: Desk, ada: Connection) -> None:
    identity = segment(ada)
    rule(ada, identity, tag="Old")
    with clean.as_owner() as owner:
        owner.execute("UPDATE crm.segment_rules SET is_active = false, stopped_because = 'It acted three times.'")
    entry = shown(desk, identity).entries[0]
    assert "(stopped)" in entry.accessibleName()
    assert (entry.stopped.text(), entry.stopped.isHidden()) == ("It acted three times.", False)
    entry.pause_button.click()
    desk.settle()
    entry = shown(desk, identity).entries[0]
    assert "stopped" not in entry.accessibleName()
    assert entry.stopped.isHidden()


def test_a_rule_is_edited_paused_resumed_and_removed_with_undo(desk: Desk, ada: Connection) -> None:
    identity = segment(ada)
    rule(ada, identity, tag="Old")
    section = shown(desk, identity)
    section.entries[0].pause_button.click()
    desk.settle()
    assert "paused" in section.entries[0].accessibleName()
    assert section.run_button.isHidden()
    section.entries[0].edit_button.click()
    dialog = dialog_of(desk)
    fill(dialog, tag="Other")
    dialog.save_and_close()
    desk.settle()
    assert texts(section) == ["Add the tag “Other”"]
    assert "paused" in section.entries[0].accessibleName()  # editing does not resume it
    section.entries[0].pause_button.click()
    desk.settle()
    assert desk.texts() == ["The rule was paused.", "The rule was resumed."]
    section.entries[0].remove_button.click()
    desk.settle()
    assert (texts(section), desk.texts()[-1]) == ([], "The rule was removed.")
    desk.context.undo.undo()
    desk.settle()
    assert texts(section) == ["Add the tag “Other”"]


def test_what_would_happen_now_is_said_and_changes_nothing(desk: Desk, ada: Connection, admin: Database) -> None:
    identity = segment(ada)
    rule(ada, identity)
    with admin.session() as session:
        run_segment(session, identity)
    prospect(ada)
    section = shown(desk, identity)
    assert section.now.text() == "If they ran now: 1 entered, 0 left. Would add the tag “Seen” to 1 customer."
    assert desk.one("SELECT count(*) FROM crm.segment_members") == 0


def test_a_rule_acts_on_those_in_it_now_after_asking_with_the_exact_count(
    desk: Desk, ada: Connection, admin: Database, yes: list[str]
) -> None:
    for _ in range(2):
        prospect(ada)
    identity = segment(ada)
    follow_up_rule(ada, identity, str(me(ada)))
    with admin.session() as session:
        run_segment(session, identity)
    section = shown(desk, identity)
    section.entries[0].act_button.click()
    desk.settle()
    (asked,) = yes
    assert asked == (
        "Act on 2 customers? The rule has not acted on 2 customers in the segment. It will plan a follow-up “Call” for"
        " Ada Admin, the next day at 09:00. You can undo it."
    )
    assert desk.one("SELECT count(*) FROM crm.customer_interactions") == 2
    section.entries[0].act_button.click()
    desk.settle()
    assert (len(yes), desk.texts()[-1]) == (1, "This rule has acted on everybody who is in the segment.")
    section.run_entries[0].undo_button.click()
    desk.settle()
    assert desk.one("SELECT count(*) FROM crm.customer_interactions") == 0
    assert section.run_entries[0].undo_button.isHidden()


def test_an_employee_reads_rules_and_runs_without_buttons(
    clean: Crm,
    employee: Database,
    admin: Database,
    ada: Connection,
    theme: Theme,
    preferences: Preferences,
    qtbot: QtBot,
) -> None:
    identity = segment(ada)
    rule(ada, identity)
    with admin.session() as session:
        run_segment(session, identity)
    prospect(ada)
    with admin.session() as session:
        run_segment(session, identity)
    with at_desk(employee, theme, preferences, qtbot) as desk:
        section = shown(desk, identity)
        assert (len(section.entries), len(section.run_entries)) == (1, 2)
        entry = section.entries[0]
        buttons = [*entry.buttons, section.add_button, section.run_button, section.zone_button]
        buttons += [each.undo_button for each in section.run_entries]
        assert [each.text() for each in buttons if each.isVisible()] == []


def test_criteria_that_mean_who_looks_are_said_to_run_no_rules(desk: Desk, ada: Connection) -> None:
    section = shown(desk, segment(ada, {"field": "owner_id", "operator": "is", "value": "me"}))
    assert "somebody else at each desk" in section.message.text
    assert not section.add_button.isEnabled()


def test_rules_of_a_segment_that_is_not_in_use_rest(desk: Desk, ada: Connection) -> None:
    identity = segment(ada, is_active=False)
    rule(ada, identity)
    section = shown(desk, identity, active=False)
    assert "its rules rest" in section.message.text
    assert section.run_button.isHidden()


def test_the_time_zone_of_rules_is_that_of_the_first_desk_until_it_is_changed(
    desk: Desk, ada: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/Bogota")
    identity = segment(ada)
    section = shown(desk, identity)
    section.add()
    dialog = dialog_of(desk)
    fill(dialog, tag="New")
    dialog.save_and_close()
    desk.settle()
    assert section.zone.text() == "Days and hours are those of America/Bogota."
    section.zone_button.click()
    zone = next(each for each in _open() if isinstance(each, ZoneDialog))
    zone.zone.set_value("Mars/Olympus")
    zone.save()
    desk.settle()
    assert "no time zone" in zone.field.below.text()
    zone.zone.set_value("Europe/Madrid")
    zone.save()
    desk.settle()
    assert section.zone.text() == "Days and hours are those of Europe/Madrid."


def test_the_dialog_of_a_rule_fits_a_narrow_window_in_large_text(desk: Desk, ada: Connection) -> None:
    """Its fields end within it, and its buttons stay in sight while the fields are scrolled."""
    desk.context.theme.set_text_scale(2.0)
    try:
        section = shown(desk, segment(ada))
        section.window().resize(390, 844)
        section.add()
        dialog = dialog_of(desk)
        fill(dialog, action="follow_up")
        desk.settle()
        dialog.resize(390, 844)
        QApplication.processEvents()
        assert dialog.fields.minimumSizeHint().width() <= 390 - 2 * 24
        for each in (dialog.save_button, dialog.discard_button):
            assert dialog.rect().contains(QRect(each.mapTo(dialog, QPoint(0, 0)), each.size()))
        right = dialog.also_now.mapTo(dialog, dialog.also_now.rect().topRight()).x()
        assert right <= 390
        dialog.discard()
    finally:
        desk.context.theme.set_text_scale(1.0)
