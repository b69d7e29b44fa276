"""The pictures of segments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scripts.screenshots.scenes.window import main_window
from scripts.screenshots.stage import wait, wait_for
from ui.customers.card import CustomerCard
from ui.segments.page import SegmentsPage
from ui.segments.pane import GROWTH
from ui.segments.segment_dialog import SegmentDialog
from ui.segments.why_dialog import WhyDialog
from ui.session import Session
from ui.shell.pages import CUSTOMERS, SEGMENTS
from ui.shell.shape import Shape
from ui.widgets.dialog import Dialog

SETTLED_MS = 500
CHOSEN = "Silent for 90 days"


def _page(session: Session) -> SegmentsPage:
    window = main_window(session)
    window.open_tab(SEGMENTS)
    page = window.pages.currentWidget()
    assert isinstance(page, SegmentsPage)
    wait_for(lambda: bool(page.model.rows), "the segments")
    wait_for(lambda: all(page.counts.of(row.id) is not None for row in page.model.rows), "the counts")
    wait(SETTLED_MS)
    return page


def _choose(page: SegmentsPage) -> None:
    page.choose(next(row.id for row in page.model.rows if row.name == CHOSEN))
    wait_for(lambda: page.detail.table.model.exact, "the customers of the segment")
    wait(SETTLED_MS)


def _leave(session: Session, page: SegmentsPage) -> None:
    for dialog in page.window().findChildren(Dialog):
        dialog.done(0)
    page.pane.close_card()
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    wait(SETTLED_MS)


@contextmanager
def segments(session: Session) -> Iterator[None]:
    """The list with its live counts, and on a wide window the chosen one beside it."""
    page = _page(session)
    if Shape.of(page.window().width()) is Shape.WIDE:
        _choose(page)
    else:
        page.pane.close_card()
        wait(SETTLED_MS)
    yield
    _leave(session, page)


@contextmanager
def segment(session: Session) -> Iterator[None]:
    """One segment: what it means, how many are in it, and who."""
    page = _page(session)
    _choose(page)
    yield
    _leave(session, page)


@contextmanager
def segment_dialog(session: Session) -> Iterator[None]:
    """A segment being built, with its live count and the first customers."""
    page = _page(session)
    _choose(page)
    page.edit()
    wait(SETTLED_MS)
    dialog = next(each for each in page.window().findChildren(SegmentDialog))
    wait_for(lambda: bool(dialog.criteria.preview.model.rows), "the preview")
    wait(SETTLED_MS)
    yield
    _leave(session, page)


@contextmanager
def segment_dialog_new(session: Session) -> Iterator[None]:
    """A segment of which nothing is known yet."""
    page = _page(session)
    page.add_button.click()
    wait(SETTLED_MS)
    yield
    _leave(session, page)


@contextmanager
def segment_growth(session: Session) -> Iterator[None]:
    """How many were in it, over time."""
    page = _page(session)
    _choose(page)
    tabs = page.detail.tabs
    tabs.setCurrentIndex(next(place for place in range(tabs.count()) if tabs.tabText(place) == GROWTH))
    wait(2 * SETTLED_MS)
    yield
    tabs.setCurrentIndex(0)
    _leave(session, page)


@contextmanager
def customer_segments(session: Session) -> Iterator[None]:
    """The segments that somebody is in, on the card."""
    page = _page(session)
    _choose(page)
    row = page.detail.table.model.row_at(0)
    assert row is not None
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    window.customers.show_customer(row.id)
    wait(SETTLED_MS)
    card = window.customers.findChild(CustomerCard)
    assert isinstance(card, CustomerCard)
    card.tabs.open("segments")
    wait(2 * SETTLED_MS)
    yield
    card.tabs.open("overview")
    window.customers.clear_customer()
    _leave(session, page)


@contextmanager
def segment_why(session: Session) -> Iterator[None]:
    """Why somebody is in it."""
    page = _page(session)
    _choose(page)
    page.explain()
    dialog = next(each for each in page.window().findChildren(WhyDialog))
    row = page.detail.table.model.row_at(0)
    assert row is not None
    dialog.picker.show_chosen(row.id, row.name)
    dialog.ask(row.id)
    wait_for(lambda: bool(dialog.outline.lines), "the answers")
    dialog.adjust()
    wait(SETTLED_MS)
    yield
    _leave(session, page)


SCENES = {
    "segments": segments,
    "segment": segment,
    "segment-dialog": segment_dialog,
    "segment-dialog-new": segment_dialog_new,
    "segment-growth": segment_growth,
    "segment-why": segment_why,
    "customer-segments": customer_segments,
}
