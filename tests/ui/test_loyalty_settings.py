"""The settings' Loyalty page: what would happen is said while typing, and happens at once when applied."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import ui.settings.dialog
from tests.factories.loyalty import member
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk, nameless
from ui.loyalty.what_if_box import UNKNOWN
from ui.settings.dialog import SettingsDialog
from ui.settings.loyalty_page import LoyaltyRulesPage, rates_text, read_rates
from ui.sign_in.idle import IdleWatch


def fill(clean: Crm) -> None:
    with clean.connect() as ada:
        for points in (0, 600, 700, 1200, 6000):
            member(ada, points=points)


def show(desk: Desk) -> LoyaltyRulesPage:
    page = LoyaltyRulesPage(desk.context)
    desk.qtbot.addWidget(page)
    page.resize(840, 900)
    page.show()
    desk.settle()
    return page


def test_what_would_happen_is_said_while_typing_and_happens_when_applied(clean: Crm, desk: Desk) -> None:
    fill(clean)
    page = show(desk)
    assert page.what_if.line.text() == "Nobody changes tier."
    assert not page.apply_button.isEnabled()
    page.tiers[1].threshold.setText("650")
    desk.wait(lambda: page.what_if.line.text() == "1 customer moves up; 4 stay.")
    page.tiers[2].threshold.setText("7,000")
    desk.wait(lambda: page.what_if.line.text() == "1 customer moves up, 1 down; 3 stay.")
    page.tiers[1].multiplier.setText("1,5")
    page.tiers[1].benefits.setText("Free delivery")
    page.rate.setText("0.5")
    page.other_rates.setText("jpy 0.01")
    page.expiry.set_value("24")
    assert not nameless(page)
    page.apply_button.click()
    desk.wait(lambda: "The rules of the loyalty programme were changed." in desk.texts())
    desk.settle()
    assert desk.one("SELECT string_agg(tier, ' ' ORDER BY tier_rank) FROM crm.customers") == (
        "bronze bronze silver silver silver"
    )
    assert desk.one("SELECT earning_multiplier FROM crm.loyalty_tiers WHERE tier = 'silver'") == Decimal("1.5")
    assert desk.one("SELECT value FROM crm.settings WHERE key = 'points_per_amount'") == {"default": 0.5, "JPY": 0.01}
    assert not page.is_dirty()
    desk.context.undo.undo()
    desk.wait(lambda: desk.one("SELECT tier FROM crm.customers ORDER BY tier_rank DESC LIMIT 1") == "gold")


def test_a_number_of_movers_opens_them(clean: Crm, desk: Desk) -> None:
    fill(clean)
    page = show(desk)
    page.basis.set_value("balance")
    page.tiers[1].threshold.setText("650")
    desk.wait(lambda: page.what_if.line.text() == "1 customer moves up; 4 stay.")
    with desk.qtbot.waitSignal(page.customers_wanted) as wanted:
        page.what_if.table.opened.emit("bronze", "silver")
    mover = desk.one(
        "SELECT c.id FROM crm.customers c JOIN crm.loyalty_accounts USING (user_id) WHERE total_earned = 700"
    )
    assert wanted.args == [{"field": "id", "operator": "in", "value": [str(mover)]}]


@pytest.mark.parametrize(
    ("tier", "typed", "words"),
    [(1, "5000", "Has to be above silver"), (1, "-5", "Enter a number of points"), (2, "many", "whole number"),
     (2, "", "whole number"), (3, "12.5", "whole number")],
)  # fmt: skip
def test_a_wrong_threshold_is_said_at_its_field(desk: Desk, tier: int, typed: str, words: str) -> None:
    page = show(desk)
    page.tiers[tier].threshold.setText(typed)
    desk.wait(lambda: page.what_if.line.text() == UNKNOWN)
    assert any(words in field.error for field in page.form.fields.values())
    page.apply_button.click()
    desk.settle()
    assert desk.one("SELECT sum(threshold) FROM crm.loyalty_tiers") == 16_000
    page.discard_button.click()
    desk.settle()
    assert not any(field.error for field in page.form.fields.values())
    assert not page.is_dirty()


def test_what_somebody_else_changed_meanwhile_is_shown_beside_what_was_typed(clean: Crm, desk: Desk) -> None:
    page = show(desk)
    page.tiers[1].benefits.setText("Mine")
    with clean.connect() as ada:
        ada.execute("UPDATE crm.loyalty_tiers SET benefits = 'Theirs', discount_percent = 3 WHERE tier = 'silver'")
        ada.execute("UPDATE crm.loyalty_tiers SET benefits = 'Theirs' WHERE tier = 'gold'")
    page.apply_button.click()
    desk.wait(lambda: "Somebody else changed the rules" in page.message.text)
    assert [fields.benefits.text() for fields in page.tiers] == ["", "Mine", "Theirs", ""]
    assert page.tiers[1].discount.text() == "3"
    page.apply_button.click()
    desk.wait(lambda: desk.one("SELECT benefits FROM crm.loyalty_tiers WHERE tier = 'silver'") == "Mine")
    assert desk.one("SELECT benefits FROM crm.loyalty_tiers WHERE tier = 'gold'") == "Theirs"
    desk.settle()


def test_rates_are_read_as_they_are_written() -> None:
    assert read_rates(" JPY 0,01 ;usd=1.2;") == {"JPY": Decimal("0.01"), "USD": Decimal("1.2")}
    assert read_rates("") == {}
    assert read_rates("JPY") is None
    assert read_rates("JPY 1; JPY 2") is None
    assert rates_text({"default": Decimal(1), "USD": Decimal("1.20"), "JPY": Decimal("0.01")}) == "JPY 0.01; USD 1.2"


def test_rules_that_were_typed_are_not_closed_away_unasked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    idle = IdleWatch(15)
    dialog = SettingsDialog(desk.context, idle=idle, reminders_changed=lambda: None, page="Loyalty")
    desk.qtbot.addWidget(dialog)
    dialog.show()
    desk.settle()
    assert dialog.tabs.tabText(dialog.tabs.currentIndex()) == "Loyalty"
    page = dialog.pages.currentWidget()
    assert isinstance(page, LoyaltyRulesPage)
    page.tiers[0].benefits.setText("Newsletter")
    asked: list[str] = []

    def answer(_parent: Any, title: str, *_words: Any, **_more: Any) -> bool:
        asked.append(title)
        return len(asked) > 1

    monkeypatch.setattr(ui.settings.dialog, "ask", answer)
    dialog.reject()
    assert dialog.isVisible()
    dialog.reject()
    assert not dialog.isVisible()
    assert len(asked) == 2
    idle.stop()
    idle.deleteLater()
