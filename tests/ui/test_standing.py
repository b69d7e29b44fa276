"""An administrator changes an account whose main window is open: clear words, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from crm_desktop.database import upgrade
from crm_desktop.settings import Preferences, Profile
from tests.helpers.postgres import PASSWORD, Crm
from ui.customers.customer_dialog import CustomerDialog
from ui.interactions.interaction_dialog import InteractionDialog
from ui.main_window import MainWindow
from ui.session import Session
from ui.sign_in import work
from ui.sign_in.standing import DEACTIVATED, OTHER_PASSWORD
from ui.tasks import Tasks
from ui.theme import Theme


class Seat:
    """Noor, an employee with the real main window, and Ada, who manages people with psql."""

    def __init__(self, session: Session, crm: Crm, person: str, qtbot: QtBot) -> None:
        self.session, self.crm, self.person, self.qtbot = session, crm, person, qtbot

    @property
    def window(self) -> MainWindow:
        window = self.session.window
        assert isinstance(window, MainWindow)
        return window

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.session.operations.idle, timeout=10_000)

    def ada(self, statement: str) -> None:
        with self.crm.connect() as connection:
            connection.execute(statement.replace("PERSON", f"'{self.person}'"))  # type: ignore[call-overload]

    def banner_says(self, text: str) -> None:
        strip = self.window.banner
        self.qtbot.waitUntil(lambda: strip.isVisible() and strip.accessibleName() == text, timeout=10_000)

    def no_banner(self) -> None:
        self.qtbot.waitUntil(lambda: self.window.banner.isHidden(), timeout=10_000)


@pytest.fixture
def seat(clean: Crm, qtbot: QtBot, theme: Theme, preferences: Preferences) -> Iterator[Seat]:
    person = clean.add_person("noor", "employee", "Noor Haddad")
    with clean.connect() as connection:
        connection.execute("INSERT INTO crm.customers (contact_name) VALUES ('Ana Ruiz')")
    tasks = Tasks()
    account = work.sign_in(clean.target, "noor", PASSWORD)
    session = Session(account, Profile("Company", "server", None, clean.target), preferences, theme, tasks)
    session.start()  # not qtbot's to close: that would be before the session has stopped what belongs to the window
    with clean.as_superuser(autocommit=True) as connection:
        listening = "SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN crm_changes' AND usename = 'noor'"
        qtbot.waitUntil(lambda: connection.execute(listening).fetchone() == (1,), timeout=10_000)
    made = Seat(session, clean, person, qtbot)
    made.settle()
    yield made
    qtbot.waitUntil(lambda: tasks.idle and session.operations.idle, timeout=10_000)
    for dialog in session._open_dialogs():
        dialog.done(0)
    session.close()
    session.window.close()
    session.window.deleteLater()
    tasks.close()
    session.deleteLater()
    tasks.deleteLater()


def test_who_is_deactivated_is_told_and_keeps_what_is_typed(seat: Seat) -> None:
    dialog = CustomerDialog(seat.session.context, seat.window)
    dialog.open()
    seat.settle()
    dialog.form["contact_name"].editor.setText("Bea Sol")
    seat.ada("SELECT crm.deactivate_user(PERSON)")
    seat.banner_says(DEACTIVATED)
    rows = seat.window.customers.table.model.rowCount()
    assert rows == 1, "what was read stays readable"

    dialog.save_and_close()
    seat.settle()
    assert dialog.isVisible() and dialog.form["contact_name"].value() == "Bea Sol"
    assert dialog.notice.text.startswith("Your account has no access to the CRM any more.")
    assert "what you typed is still here" in dialog.notice.text

    seat.ada("SELECT crm.reactivate_user(PERSON)")
    seat.no_banner()
    dialog.save_and_close()
    seat.settle()
    with seat.crm.connect() as connection:
        assert connection.execute("SELECT count(*) FROM crm.customers WHERE contact_name = 'Bea Sol'").fetchone() == (
            1,
        )


def test_signing_out_from_there_asks_about_what_is_typed(seat: Seat) -> None:
    seat.ada("SELECT crm.deactivate_user(PERSON)")
    seat.banner_says(DEACTIVATED)
    ended: list[bool] = []
    seat.session.ended.connect(lambda: ended.append(True))
    dialog = CustomerDialog(seat.session.context, seat.window)
    dialog.open()
    dialog.form["contact_name"].editor.setText("Bea Sol")

    def stay() -> None:
        question = QApplication.activeModalWidget()
        assert question is not None
        next(each for each in question.findChildren(QPushButton) if each.text() == "Stay").click()

    action = seat.session.notices.current_banner
    assert action is not None and action.action_text == "Sign out" and action.action is not None
    QTimer.singleShot(0, seat.session, stay)
    action.action()
    assert not ended and dialog.form["contact_name"].value() == "Bea Sol"
    seat.settle()


def test_what_is_opened_afterwards_says_why_it_stays_empty(seat: Seat) -> None:
    with seat.crm.connect() as connection:
        row = connection.execute("SELECT id FROM crm.customers").fetchone()
    assert row is not None
    seat.ada("SELECT crm.deactivate_user(PERSON)")
    seat.banner_says(DEACTIVATED)
    seat.window.customers.reload()
    seat.settle()
    error = seat.window.customers.table.model.error
    assert str(error) == "Your account has no access to the CRM any more."
    dialog = InteractionDialog(seat.session.context, seat.window, row[0], "Ana Ruiz")
    dialog.open()
    dialog.form["subject"].editor.setText("Called")
    seat.settle()
    dialog.save_and_close()
    seat.settle()
    assert dialog.isVisible() and "no access to the CRM any more" in dialog.notice.text


def test_a_statement_that_is_turned_away_tells_as_well(seat: Seat) -> None:
    """Whoever does not hear of the change finds out at the next statement."""
    seat.session.live._listener.stop()
    seat.ada("SELECT crm.deactivate_user(PERSON)")
    seat.window.customers.reload()
    seat.banner_says(DEACTIVATED)


def test_a_lost_connection_does_not_hide_it(seat: Seat) -> None:
    seat.ada("SELECT crm.deactivate_user(PERSON)")
    seat.banner_says(DEACTIVATED)
    with seat.crm.as_superuser(autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'noor'")
    seat.qtbot.wait(300)
    seat.banner_says(DEACTIVATED)


def test_another_role_and_another_password_are_told(seat: Seat) -> None:
    seat.ada("SELECT crm.change_role(PERSON, 'admin')")
    seat.banner_says("An administrator has made you an administrator. Sign in again to go on as one.")
    seat.ada("SELECT crm.change_role(PERSON, 'employee')")
    seat.no_banner()
    with seat.crm.connect() as connection:
        verifier = connection.pgconn.encrypt_password(b"seven wooden owls", b"noor", b"scram-sha-256").decode()
        connection.execute("SELECT crm.reset_password(%s, %s)", (seat.person, verifier))
    seat.banner_says(OTHER_PASSWORD)
    with pytest.raises(psycopg.OperationalError):
        seat.session.context.database.connect()


def test_a_window_that_is_open_during_an_upgrade_is_told_that_it_is_too_old(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """peers.md 25: another window, or the administrator of the server, has upgraded the database meanwhile."""
    before = upgrade.known_revisions()
    upgrade.upgrade(seat.crm.target, seat.crm.owner, seat.crm.owner_password)
    seat.qtbot.wait(600)
    assert seat.window.banner.isHidden(), "the revision is still ours"
    monkeypatch.setattr(upgrade, "known_revisions", lambda: before[:-1])  # as the program of the revision before
    upgraded = 'SELECT pg_notify(\'crm_changes\', \'{"table": "alembic_version", "operation": "", "ids": null}\')'
    with seat.crm.as_owner() as owner:
        owner.execute(upgraded)
    seat.banner_says(
        "The database is newer than this program. Install the newest version of the program, then sign in again."
    )
