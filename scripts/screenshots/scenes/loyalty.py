"""The pictures of members and their accounts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import text

from scripts.screenshots.scenes.window import main_window
from scripts.screenshots.stage import wait, wait_for
from ui.customers.card import CustomerCard
from ui.loyalty.booking_dialog import BookingDialog
from ui.loyalty.bulk_enrol_dialog import BulkEnrolDialog
from ui.loyalty.card_tab import LoyaltyTab
from ui.loyalty.page import LoyaltyPage
from ui.session import Session
from ui.shell.pages import CUSTOMERS, LOYALTY

SETTLED_MS = 500
_BUSIEST = """
    select c.id from crm.customers c join crm.loyalty_ledger l on l.user_id = c.user_id
    where c.tier {tier} and c.customer_type {kind} group by c.id order by count(*) desc, c.id limit 1
"""


def _one(session: Session, sql: str) -> Any:
    with session.context.database.session() as reading:
        return reading.execute(text(sql)).scalar()


def _card(session: Session, customer_id: UUID) -> LoyaltyTab:
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    window._open_customer(customer_id)
    wait(SETTLED_MS)
    [card] = [each for each in window.findChildren(CustomerCard) if each.isVisible()]
    card.tabs.open("loyalty")
    wait(SETTLED_MS)
    [tab] = card.findChildren(LoyaltyTab)
    return tab


def _leave(session: Session) -> None:
    window = main_window(session)
    for card in window.findChildren(CustomerCard):
        card.tabs.open("overview")
    window.customers.clear_customer()
    wait(SETTLED_MS)


@contextmanager
def members(session: Session) -> Iterator[None]:
    """The list, richest first."""
    window = main_window(session)
    window.open_tab(LOYALTY)
    page = window.pages.page(LOYALTY)
    assert isinstance(page, LoyaltyPage)
    page.bar.setCurrentIndex(0)
    page.members.table.set_sort("points_balance", True)
    wait_for(lambda: page.members.table.model.exact, "the members")
    wait(SETTLED_MS)
    yield


@contextmanager
def account(session: Session) -> Iterator[None]:
    """A member's account with its ledger."""
    _card(session, _one(session, _BUSIEST.format(tier="= 'silver'", kind="= 'business'")))
    yield
    _leave(session)


@contextmanager
def not_enrolled(session: Session) -> Iterator[None]:
    """Somebody who is no member."""
    _card(session, _one(session, "select id from crm.customers where tier is null order by name_key limit 1"))
    yield
    _leave(session)


@contextmanager
def redeem(session: Session) -> Iterator[None]:
    """More points than there are."""
    tab = _card(session, _one(session, _BUSIEST.format(tier="= 'gold'", kind="is not null")))
    tab.book("redeem")
    wait(SETTLED_MS)
    dialog = next(each for each in tab.window().findChildren(BookingDialog) if each.isVisible())
    dialog.form["points"].set_value(1_000_000)
    dialog.form["reason"].set_value("Voucher of 20 EUR")
    dialog.save_and_close()
    wait(SETTLED_MS)
    yield
    dialog.discard()
    _leave(session)


@contextmanager
def enrol_selected(session: Session) -> Iterator[None]:
    """How many are enrolled is said before."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    window.customers.table.marks.mark_all()
    wait(SETTLED_MS)
    window.customers.selection_bar.button("Enrol…").click()
    wait(SETTLED_MS + 400)
    yield
    for dialog in window.findChildren(BulkEnrolDialog):
        dialog.reject()
    wait(SETTLED_MS)
    window.customers.table.marks.clear()
    wait(SETTLED_MS)


SCENES = {
    "loyalty-members": members,
    "loyalty-account": account,
    "loyalty-not-enrolled": not_enrolled,
    "loyalty-redeem": redeem,
    "loyalty-enrol": enrol_selected,
}
