"""What is typed survives a crash of the program: kept while typing, offered afterwards, gone once it is decided."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.customers.actions import delete_customer, edit_customer
from crm_desktop.customers.queries import customer_card
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.drafts.draft import Draft, from_json
from crm_desktop.drafts.store import DraftStore
from crm_desktop.settings import Preferences, Profile
from tests.helpers.postgres import ADMIN, EMPLOYEE, PASSWORD, Crm
from tests.ui.desk import Desk, nameless
from ui.customers.customer_dialog import CustomerDialog
from ui.forms import kept_draft
from ui.forms.conflict_dialog import ConflictDialog
from ui.forms.record_dialog import RecordDialog
from ui.interactions.interaction_dialog import InteractionDialog
from ui.session import Session
from ui.sign_in import work
from ui.sign_in.unsaved_at_sign_out import SignOutQuestion
from ui.tasks import Tasks
from ui.theme import Theme
from ui.unsaved_work import UnsavedWork, sentence

PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_draft, "KEEP_AFTER_MS", 30)


def opened(desk: Desk, dialog: RecordDialog) -> Any:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.open()
    desk.settle()
    return dialog


def on_disk(desk: Desk) -> list[dict[str, Any]]:
    found = []
    for path in (desk.context.preferences.folder / "drafts").glob("*/*.json"):
        with suppress(FileNotFoundError):  # removed just now
            found.append(json.loads(path.read_text(encoding="utf-8")))
    return found


def values_of(desk: Desk, customer_id: UUID) -> tuple[int, dict[str, Any]]:
    with desk.context.database.session() as session:
        card = customer_card(session, customer_id)
    return card.version, {name: getattr(card, name) for name in asdict(CustomerInput())}


def left_behind(desk: Desk, **fields: Any) -> Draft:
    """A draft of a window of the same person that has crashed, and that has been found by this one."""
    store = DraftStore(desk.context.preferences.folder / "drafts", f"test|{desk.context.database.username}")
    made: dict[str, Any] = {
        "id": "1a", "kind": "customers", "record_id": None, "version": 0, "title": "Ana Ruiz", "at": datetime.now(UTC),
        "opened": asdict(CustomerInput()), "values": {**asdict(CustomerInput()), "contact_name": "Ana Ruiz"},
    }  # fmt: skip
    draft = Draft(**{**made, **fields})
    store.write(draft)
    store.close()
    desk.context.drafts.look()
    desk.wait(lambda: desk.context.drafts.left)
    return draft


def edited_before_the_crash(desk: Desk, customer_id: UUID, **fields: Any) -> Draft:
    version, values = values_of(desk, customer_id)
    return left_behind(
        desk, record_id=customer_id, version=version, opened=values, values={**values, **fields}, title="Ana Ruiz"
    )


# While typing.


def test_what_is_typed_is_on_disk_a_moment_later_and_gone_when_saved(desk: Desk, window: QWidget) -> None:
    dialog = opened(desk, CustomerDialog(desk.context, window))
    dialog.form["contact_name"].editor.setText("Ana Ruiz")
    desk.wait(lambda: on_disk(desk))
    (kept,) = on_disk(desk)
    assert (kept["kind"], kept["title"], kept["values"]["contact_name"]) == ("customers", "Ana Ruiz", "Ana Ruiz")
    dialog.form["notes"].editor.setPlainText("Calls back on Monday")
    desk.wait(lambda: on_disk(desk)[0]["values"]["notes"])
    assert len(on_disk(desk)) == 1
    dialog.save_and_close()
    desk.wait(lambda: not on_disk(desk))


@pytest.mark.parametrize("way", ["discard", "clear", "reject"])
def test_nothing_stays_of_what_was_thrown_away(desk: Desk, window: QWidget, way: str) -> None:
    dialog = opened(desk, CustomerDialog(desk.context, window))
    editor = dialog.form["contact_name"].editor
    editor.setText("Ana Ruiz")
    desk.wait(lambda: on_disk(desk))
    if way == "discard":
        dialog.discard()
    else:
        editor.setText("")
        if way == "reject":
            dialog.reject()
    desk.wait(lambda: not on_disk(desk))
    dialog.discard()


def test_looking_at_a_customer_keeps_nothing(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, CustomerDialog(desk.context, window, desk.add()))
    qtbot.wait(100)
    dialog.discard()
    assert on_disk(desk) == []
    assert not (desk.context.preferences.folder / "drafts").exists()


# After a crash.


def test_a_new_customer_is_gone_on_with(desk: Desk, window: QWidget) -> None:
    draft = left_behind(desk, values={**asdict(CustomerInput()), "contact_name": "Ana Ruiz", "tags": ("vip",)})
    offer = UnsavedWork(desk.context, window)
    offer.open()
    assert sentence(draft) == f"You have an unsaved customer from {draft.at.astimezone():%H:%M}: Ana Ruiz"
    assert nameless(offer) == []
    (entry,) = offer.entries
    entry.continue_button.click()
    desk.settle()
    dialog = window.findChild(CustomerDialog)
    assert dialog is not None and dialog.is_dirty()
    assert dialog.form["contact_name"].value() == "Ana Ruiz" and dialog.form["tags"].value() == ("vip",)
    assert desk.context.drafts.left == []
    dialog.save_and_close()
    desk.wait(lambda: not offer.isVisible())
    desk.settle()
    assert desk.one("SELECT tags ->> 0 FROM crm.customers WHERE contact_name = 'Ana Ruiz'") == "vip"
    desk.wait(lambda: not on_disk(desk))


def test_what_is_refused_at_the_sign_in_is_gone(desk: Desk, window: QWidget) -> None:
    left_behind(desk)
    offer = UnsavedWork(desk.context, window)
    offer.open()
    offer.entries[0].discard_button.click()
    assert not offer.isVisible()
    desk.wait(lambda: not on_disk(desk))


def test_after_one_of_two_the_other_is_offered_again(desk: Desk, window: QWidget) -> None:
    left_behind(desk)
    left_behind(desk, id="2b", title="Bruno Sá")
    desk.wait(lambda: len(desk.context.drafts.left) == 2)
    offer = UnsavedWork(desk.context, window)
    offer.open()
    first = next(entry for entry in offer.entries if entry.draft.id == "1a")
    first.continue_button.click()
    desk.settle()
    assert not offer.isVisible(), "one dialog at a time"
    dialog = window.findChild(CustomerDialog)
    assert dialog is not None
    dialog.discard()
    assert offer.isVisible() and [entry.draft.id for entry in offer.entries] == ["2b"]
    offer.reject()


def test_later_means_later(desk: Desk, window: QWidget) -> None:
    left_behind(desk)
    offer = UnsavedWork(desk.context, window)
    offer.open()
    offer.reject()
    assert len(on_disk(desk)) == 1 and len(desk.context.drafts.left) == 1


def test_opening_the_same_customer_offers_the_draft_and_a_save_finds_the_conflict(
    desk: Desk, window: QWidget, crm: Crm, qtbot: QtBot
) -> None:
    """Complaint 9: going on with a draft does not overwrite what was saved since."""
    ana = desk.add(city="Sevilla")
    edited_before_the_crash(desk, ana, city="Cádiz", notes="Moved")
    emil = crm.database(EMPLOYEE)
    with emil.session() as session:
        now = customer_card(session, ana)
        given = {name: getattr(now, name) for name in asdict(CustomerInput())}
        edit_customer(session, ana, now.version, CustomerInput(**{**given, "city": "Málaga"}))
    emil.close()
    dialog = opened(desk, CustomerDialog(desk.context, window, ana))
    assert "There is an unsaved draft" in dialog.notice.text
    assert dialog.form["city"].value() == "Málaga", "the draft is only offered"
    dialog.notice.action_button.click()
    assert dialog.form["city"].value() == "Cádiz" and dialog.is_dirty()
    assert "Emil Employee changed this customer since" in dialog.notice.text
    dialog.save()
    desk.wait(lambda: dialog.findChild(ConflictDialog))
    conflict = dialog.findChild(ConflictDialog)
    assert conflict.choices() == {"city": "mine", "notes": "mine"}
    conflict.choose("city", "theirs")
    with qtbot.waitSignal(dialog.saved):
        conflict.save_button.click()
    desk.settle()
    assert desk.one("SELECT city || ' ' || notes FROM crm.customers") == "Málaga Moved"
    desk.wait(lambda: not on_disk(desk))
    dialog.discard()


def test_a_draft_of_a_customer_is_refused_in_the_dialog(desk: Desk, window: QWidget) -> None:
    ana = desk.add(city="Sevilla")
    edited_before_the_crash(desk, ana, city="Cádiz")
    dialog = opened(desk, CustomerDialog(desk.context, window, ana))
    dialog.notice.other_button.click()
    assert dialog.notice.text == "" and dialog.form["city"].value() == "Sevilla"
    desk.wait(lambda: not on_disk(desk))
    dialog.discard()


def test_what_was_typed_before_going_on_with_a_draft_is_not_lost(desk: Desk, window: QWidget) -> None:
    left_behind(desk)
    dialog = opened(desk, CustomerDialog(desk.context, window))
    dialog.form["contact_name"].editor.setText("Bruno Sá")
    dialog.notice.action_button.click()
    assert dialog.form["contact_name"].value() == "Ana Ruiz"
    desk.wait(lambda: {kept["values"]["contact_name"] for kept in on_disk(desk)} == {"Ana Ruiz", "Bruno Sá"})
    dialog.save_and_close()
    desk.wait(lambda: {kept["values"]["contact_name"] for kept in on_disk(desk)} == {"Bruno Sá"})


def test_a_draft_of_a_deleted_customer_can_be_saved_as_new(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    ana = desk.add()
    edited_before_the_crash(desk, ana, notes="Typed for an hour")
    with desk.context.database.session() as session:
        delete_customer(session, ana)
    offer = UnsavedWork(desk.context, window)
    offer.open()
    offer.entries[0].continue_button.click()
    desk.settle()
    dialog = window.findChild(CustomerDialog)
    assert dialog is not None and "Save as new" in dialog.notice.action_button.text()
    assert dialog.form["notes"].value() == "Typed for an hour"
    with qtbot.waitSignal(dialog.saved):
        dialog.notice.action_button.click()
    desk.settle()
    assert desk.one("SELECT notes FROM crm.customers") == "Typed for an hour"


def test_an_interaction_comes_back_with_its_customer_and_its_time(desk: Desk, window: QWidget) -> None:
    ana = desk.add()
    dialog = opened(desk, InteractionDialog(desk.context, window))
    dialog.picker.show_chosen(ana, "Ana Ruiz")
    dialog._on_customer_chosen(ana)
    dialog.form["subject"].editor.setText("Delivery dates")
    dialog.follow_up.choices["In 3 days"].click()
    due = dialog.follow_up.value()
    desk.wait(lambda: on_disk(desk) and on_disk(desk)[0]["values"]["follow_up"])
    (path,) = (desk.context.preferences.folder / "drafts").glob("*/*.json")
    text = path.read_text(encoding="utf-8")
    dialog.discard()
    desk.wait(lambda: not on_disk(desk))
    draft = from_json(text)
    assert draft is not None
    left_behind(desk, **{name: getattr(draft, name) for name in Draft.__dataclass_fields__})
    assert sentence(draft).endswith("Delivery dates, Ana Ruiz")
    again = opened(desk, InteractionDialog(desk.context, window, ana, "Ana Ruiz"))
    assert "There is an unsaved draft" in again.notice.text
    again.notice.action_button.click()
    assert (again.form["subject"].value(), again.follow_up.value()) == ("Delivery dates", due)
    again.save_and_close()
    desk.settle()
    assert desk.one("SELECT customer_id FROM crm.customer_interactions WHERE follow_up = :due", due=due) == ana


def test_a_draft_for_one_customer_is_not_offered_for_another(desk: Desk, window: QWidget) -> None:
    ana, bruno = desk.add(), desk.add(contact_name="Bruno")
    left_behind(
        desk, kind="interactions", opened={}, values={"subject": "Delivery"}, title="Delivery",
        about={"customer_id": ana, "customer_name": "Ana Ruiz"},
    )  # fmt: skip
    dialog = opened(desk, InteractionDialog(desk.context, window, bruno, "Bruno"))
    assert dialog.notice.text == ""
    dialog.discard()


def test_somebody_is_told_when_drafts_cannot_be_kept(desk: Desk, window: QWidget) -> None:
    (desk.context.preferences.folder / "drafts").write_text("a file where the folder should be")
    told: list[str] = []
    desk.context.drafts.failed.connect(told.append)
    dialog = opened(desk, CustomerDialog(desk.context, window))
    dialog.form["contact_name"].editor.setText("Ana Ruiz")
    desk.wait(lambda: told)
    dialog.form["contact_name"].editor.setText("Ana Ruiz Gómez")
    desk.wait(lambda: len(told) == 1)
    dialog.discard()


# A whole session.


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()
    made.deleteLater()


def signed_in(crm: Crm, preferences: Preferences, theme: Theme, tasks: Tasks, username: str = ADMIN) -> Session:
    account = work.sign_in(crm.target, username, PASSWORD)
    profile = Profile("Company", "server", None, crm.target)
    return Session(account, profile, preferences, theme, tasks)


def ended(session: Session, qtbot: QtBot) -> None:
    session.window.close()
    session.close()
    session.window.deleteLater()
    session.deleteLater()


@pytest.mark.parametrize("answer", ["discard", "keep"])
def test_signing_out_leaves_what_one_wants_to_leave_and_nobody_else_sees_it(
    clean: Crm, preferences: Preferences, theme: Theme, tasks: Tasks, qtbot: QtBot, answer: str
) -> None:
    session = signed_in(clean, preferences, theme, tasks)
    session.start()
    session.window.add_customer()
    dialog = session.window.findChild(CustomerDialog)
    assert dialog is not None
    editor = dialog.form["contact_name"].editor
    assert isinstance(editor, QLineEdit)
    editor.setText("Ana")
    folder = preferences.folder / "drafts"
    qtbot.waitUntil(lambda: bool(list(folder.glob("*/*.json"))))
    session.lock()
    assert list(folder.glob("*/*.json")), "locking keeps it"
    session._lock.unlock()
    editor.setText("Ana Ruiz")

    def press() -> None:
        question = QApplication.activeModalWidget()
        assert isinstance(question, SignOutQuestion) and nameless(question) == []
        words = {"discard": "Discard and sign out", "keep": "Keep and sign out"}[answer]
        next(made for made in question.findChildren(QPushButton) if made.text() == words).click()

    QTimer.singleShot(0, session, press)
    session.sign_out()
    ended(session, qtbot)
    if answer == "discard":
        assert not list(folder.glob("*/*")), "not even an empty folder of hers"
        return
    again = DraftStore(folder, session.drafts_of)
    assert [each.values["contact_name"] for each in again.left_behind()] == ["Ana Ruiz"]


CRASHING = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from crm_desktop.database.target import Target
from crm_desktop.settings import Preferences, Profile
from ui.customers.customer_dialog import CustomerDialog
from ui.session import Session
from ui.sign_in import work
from ui.sign_in.unsaved_at_sign_out import SignOutQuestion
from ui.tasks import Tasks
from ui.theme import Theme

hosts, port, dbname, sslmode, username, password, folder = sys.argv[1:]
app = QApplication(sys.argv[:1])
target = Target(tuple(hosts.split(",")), int(port), dbname, sslmode)
theme, tasks = Theme(app, "light"), Tasks()
account = work.sign_in(target, username, password)
profile, preferences = Profile("Company", "server", None, target), Preferences(Path(folder) / "p.json")
session = Session(account, profile, preferences, theme, tasks)
session.start()
session.window.add_customer()
dialog = session.window.findChild(CustomerDialog)
dialog.form["contact_name"].editor.setText("Ana Ruiz")
watch = QTimer()
watch.timeout.connect(lambda: list(Path(folder).glob("drafts/*/*.json")) and (print("kept", flush=True), watch.stop()))
watch.start(50)
app.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_program_offers_at_the_next_sign_in_what_was_typed(
    clean: Crm, tmp_path: Path, theme: Theme, tasks: Tasks, qtbot: QtBot
) -> None:
    target = clean.target
    where = [",".join(target.hosts), str(target.port), target.dbname, target.sslmode]
    command = [sys.executable, "-c", CRASHING, *where, ADMIN, PASSWORD, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=PROJECT) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == "kept\n"
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(10)
    preferences = Preferences(tmp_path / "p.json")
    other = signed_in(clean, preferences, theme, tasks, EMPLOYEE)
    other.start()
    qtbot.wait(600)
    assert QApplication.activeModalWidget() is None, "Emil is not offered what Ada typed"
    ended(other, qtbot)
    session = signed_in(clean, preferences, theme, tasks)
    session.start()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), UnsavedWork), timeout=10_000)
    offer = QApplication.activeModalWidget()
    assert isinstance(offer, UnsavedWork)
    assert [entry.draft.title for entry in offer.entries] == ["Ana Ruiz"]
    offer.entries[0].continue_button.click()
    dialog = session.window.findChild(CustomerDialog)
    assert dialog is not None
    with qtbot.waitSignal(dialog.saved):
        dialog.save_and_close()
    qtbot.waitUntil(lambda: not offer.isVisible())
    with clean.connect() as connection:
        assert connection.execute("SELECT contact_name FROM crm.customers").fetchall() == [("Ana Ruiz",)]
    ended(session, qtbot)
    assert not list((tmp_path / "drafts").glob("*/*"))
