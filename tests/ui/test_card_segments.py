"""The card's Segments tab: which segments the customer is in, and why."""

from PySide6.QtWidgets import QApplication

from crm_desktop.customers.queries import customer_card
from crm_desktop.segments import actions
from crm_desktop.segments.validation import SegmentInput
from tests.ui.desk import Desk, nameless
from ui.operations import DataChange
from ui.segments.card_segments import CardSegments
from ui.segments.why_dialog import WhyDialog


def test_the_card_lists_segments_and_says_why(desk: Desk) -> None:
    ana = desk.add(contact_name="Ana Ruiz", status="active")
    with desk.context.database.session() as session:
        for name, status in (("Active", "active"), ("Asleep", "inactive")):
            criteria = {"field": "status", "operator": "is", "value": status}
            actions.add_segment(session, SegmentInput(name, criteria=criteria))
        details = customer_card(session, ana)
    page = CardSegments(desk.context)
    page.show_customer(details)
    page.show()
    desk.wait(lambda: [(line.name, line.inside) for line in page.lines] == [("Active", True), ("Asleep", False)])
    assert page.words.text() == "In 1 of 2 segments" and nameless(page) == []
    page.lines[1].why_button.click()
    dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, WhyDialog))
    desk.wait(lambda: dialog.answer.text() == "Ana Ruiz is not in “Asleep”.")
    assert [line.value for line in dialog.outline.lines] == ["Active"]
    dialog.reject()
    desk.one("UPDATE crm.customers SET status = 'inactive' WHERE id = :id RETURNING 1", id=ana)
    desk.context.operations.tell_changed(DataChange(frozenset({"customers"})))
    desk.wait(lambda: [(line.name, line.inside) for line in page.lines] == [("Asleep", True), ("Active", False)])
    page.close()
    page.deleteLater()
    desk.settle()
