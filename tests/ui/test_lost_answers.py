"""The connection breaks when the database has saved and before the window heard of it: nothing is there twice."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.database.engine import Database
from crm_desktop.drafts.draft import Draft
from crm_desktop.loyalty.actions import Booking, book, enrol
from crm_desktop.loyalty.queries import account_of
from crm_desktop.settings import Preferences
from tests.helpers.cutting_proxy import CuttingProxy, cutting
from tests.helpers.postgres import ADMIN, Crm
from tests.ui.desk import Desk, at_desk
from ui.customers.customer_dialog import CustomerDialog
from ui.forms.conflict_dialog import ConflictDialog
from ui.forms.record_dialog import RecordDialog
from ui.interactions.interaction_dialog import InteractionDialog
from ui.loyalty.booking_dialog import BookingDialog
from ui.theme import Theme

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the test server listens on a socket of POSIX")


@dataclass
class Far:
    """A desk whose connection can be cut."""

    desk: Desk
    proxy: CuttingProxy

    def lose(self, dialog: RecordDialog) -> None:
        """Save, and lose the answer."""
        self.desk.settle()
        self.proxy.armed = True
        dialog.save_and_close()
        self.desk.settle()
        assert not self.proxy.armed
        assert dialog.isVisible() and "The connection to the database is lost." in dialog.notice.text

    def save_again(self, dialog: RecordDialog) -> None:
        dialog.save_and_close()
        self.desk.settle()

    def count(self, table: str) -> int:
        return int(self.desk.one(f"select count(*) from crm.{table}"))


@pytest.fixture
def far(crm: Crm, clean: Crm, theme: Theme, preferences: Preferences, qtbot: QtBot) -> Iterator[Far]:
    with cutting(crm.target) as proxy:
        database = Database(proxy.target, ADMIN, crm.passwords[ADMIN])
        with at_desk(database, theme, preferences, qtbot) as desk:
            yield Far(desk, proxy)
        database.close()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def kept(dialog: RecordDialog, far: Far) -> RecordDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.open()
    far.desk.settle()
    return dialog


def test_a_customer_is_not_added_twice(far: Far, window: QWidget) -> None:
    dialog = kept(CustomerDialog(far.desk.context, window), far)
    dialog.form["contact_name"].set_value("Zoë Öztürk")
    far.lose(dialog)
    assert far.count("customers") == 1, "it was saved"
    far.save_again(dialog)
    assert not dialog.isVisible() and far.count("customers") == 1
    assert far.desk.one("select version from crm.customers") == 1, "saved as it was: nothing to change"
    assert far.desk.one("select count(*) from crm.audit_log where action = 'update'") == 0


def test_what_was_typed_since_becomes_an_edit(far: Far, window: QWidget) -> None:
    dialog = kept(CustomerDialog(far.desk.context, window), far)
    dialog.form["contact_name"].set_value("Zoë Öztürk")
    far.lose(dialog)
    dialog.form["city"].set_value("Izmir")
    far.save_again(dialog)
    assert not dialog.isVisible() and far.count("customers") == 1
    assert far.desk.one("select city from crm.customers") == "Izmir"


def test_what_somebody_changed_since_is_not_overwritten(far: Far, window: QWidget, crm: Crm) -> None:
    dialog = kept(CustomerDialog(far.desk.context, window), far)
    dialog.form["contact_name"].set_value("Zoë Öztürk")
    far.lose(dialog)
    with crm.connect("emil") as connection:
        connection.execute("update crm.customers set city = 'Bonn'")
    dialog.form["city"].set_value("Izmir")
    far.save_again(dialog)
    assert dialog.isVisible() and "Somebody else changed this record" in dialog.notice.text
    assert far.desk.one("select city from crm.customers") == "Bonn" and far.count("customers") == 1
    dialog.discard()


def test_an_interaction_is_not_logged_twice(far: Far, window: QWidget) -> None:
    customer = far.desk.add()
    dialog = kept(InteractionDialog(far.desk.context, window, customer, "Ana Ruiz"), far)
    dialog.form["subject"].set_value("Called about the order")
    far.lose(dialog)
    far.save_again(dialog)
    assert not dialog.isVisible() and far.count("customer_interactions") == 1


def booking(far: Far, window: QWidget, points: int) -> BookingDialog:
    """Points about to be redeemed by somebody who has 500."""
    customer = far.desk.add()
    with far.desk.context.database.session() as session:
        book(session, enrol(session, customer), Booking("earn", 500))
        account = account_of(session, customer)
    dialog = BookingDialog(far.desk.context, window, "redeem", account, "Ana Ruiz")
    kept(dialog, far)
    dialog.form["points"].set_value(points)
    return dialog


def test_points_are_not_booked_twice(far: Far, window: QWidget) -> None:
    dialog = booking(far, window, 500)
    far.lose(dialog)
    far.save_again(dialog)
    assert not dialog.isVisible() and far.count("loyalty_ledger") == 2
    assert far.desk.one("select points_balance from crm.loyalty_accounts") == 0


def test_other_points_than_those_of_the_lost_answer_are_not_booked_over_it(far: Far, window: QWidget) -> None:
    dialog = booking(far, window, 100)
    far.lose(dialog)
    dialog.form["points"].set_value(200)
    far.save_again(dialog)
    assert dialog.isVisible() and "Your first try was booked after all: \u2212100 points." in dialog.notice.text
    assert far.desk.one("select points_balance from crm.loyalty_accounts") == 400
    dialog.discard()


def test_an_edit_whose_answer_was_lost_is_no_conflict(far: Far, window: QWidget) -> None:
    customer = far.desk.add()
    dialog = kept(CustomerDialog(far.desk.context, window, customer), far)
    dialog.form["city"].set_value("Izmir")
    far.lose(dialog)
    far.save_again(dialog)
    assert not dialog.findChildren(ConflictDialog)
    assert not dialog.isVisible()
    assert far.desk.one("select city || ' ' || version from crm.customers") == "Izmir 2"


def test_a_draft_remembers_what_may_have_been_saved(far: Far, window: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program may end between the database's COMMIT and its answer, too."""
    drafts: list[Draft] = []
    monkeypatch.setattr(far.desk.context.drafts, "keep", drafts.append)
    monkeypatch.setattr(far.desk.context.drafts, "claim", lambda _draft: True)
    before = kept(CustomerDialog(far.desk.context, window), far)
    before.form["contact_name"].editor.setText("Zoë Öztürk")
    far.desk.wait(lambda: drafts)
    far.lose(before)
    before.discard()
    after = kept(CustomerDialog(far.desk.context, window), far)
    after.kept.go_on_with(drafts[-1])
    assert after.form["contact_name"].value() == "Zoë Öztürk"
    far.save_again(after)
    assert not after.isVisible() and far.count("customers") == 1
