"""The pictures of what segments do by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from crm_desktop.segments.actions import add_segment
from crm_desktop.segments.queries import segment_names
from crm_desktop.segments.rule_rows import RuleInput
from crm_desktop.segments.rules import add_rule
from crm_desktop.segments.running import run_segment
from crm_desktop.segments.validation import SegmentInput
from crm_desktop.segments.zone import set_time_zone
from scripts.screenshots.scenes.window import main_window
from scripts.screenshots.stage import wait, wait_for
from ui.segments.page import SegmentsPage
from ui.segments.rule_dialog import RuleDialog
from ui.session import Session
from ui.shell.pages import CUSTOMERS, SEGMENTS
from ui.widgets.dialog import Dialog

SETTLED_MS = 500
NAME = "Prospects from fairs"
_TAG = """
    UPDATE crm.customers SET tags = '["Fair"]' WHERE id IN (
        SELECT id FROM crm.customers WHERE status = 'prospect' AND tags = '[]' ORDER BY created_at, id LIMIT :most)
"""


def _prepare(session: Session) -> None:
    """A segment with rules that have acted, once."""
    database, me = session.context.database, session.context.user.id
    with database.session() as work:
        if any(each.name == NAME for each in segment_names(work)):
            return
        set_time_zone(work, "Europe/Madrid")
        work.execute(text(_TAG), {"most": 34})
        criteria = {
            "all": [
                {"field": "status", "operator": "is", "value": "prospect"},
                {"field": "tags", "operator": "has", "value": "Fair"},
            ]
        }
        given = SegmentInput(NAME, "Met at a fair, not a customer yet.", criteria)
        identity = add_segment(work, given)
        call = RuleInput(action="follow_up", subject="Call after the fair", fallback=me, days=2, priority="high")
    won = RuleInput(event="leave", action="add_tag", tag="Won at a fair")
    for rule in (call, won, RuleInput(action="remove_tag", tag="Cold", is_active=False)):
        with database.session() as work:
            add_rule(work, identity, rule)
    with database.session() as work:
        run_segment(work, identity)
    for change in (_TAG, "UPDATE crm.customers SET status = 'active' WHERE tags @> '[\"Fair\"]' AND city_key < 'd'"):
        with database.session() as work:
            work.execute(text(change), {"most": 12} if ":most" in change else {})
        with database.session() as work:
            run_segment(work, identity)


def _rules(session: Session) -> SegmentsPage:
    _prepare(session)
    window = main_window(session)
    window.open_tab(SEGMENTS)
    page = window.pages.currentWidget()
    assert isinstance(page, SegmentsPage)
    wait_for(lambda: any(row.name == NAME for row in page.model.rows), "the segments")
    page.choose(next(row.id for row in page.model.rows if row.name == NAME))
    tabs = page.detail.tabs
    tabs.setCurrentIndex(next(place for place in range(tabs.count()) if tabs.tabText(place) == "Rules"))
    wait_for(lambda: not page.detail.rules.now.isHidden(), "what the rules would do")
    wait(SETTLED_MS)
    return page


def _leave(session: Session, page: SegmentsPage) -> None:
    for dialog in page.window().findChildren(Dialog):
        dialog.done(0)
    page.detail.tabs.setCurrentIndex(0)
    page.pane.close_card()
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    wait(SETTLED_MS)


@contextmanager
def segment_rules(session: Session) -> Iterator[None]:
    """What happens by itself, what would happen now, and what happened lately."""
    page = _rules(session)
    yield
    _leave(session, page)


@contextmanager
def segment_rule(session: Session) -> Iterator[None]:
    """A rule being edited."""
    page = _rules(session)
    page.detail.rules.add()
    wait(SETTLED_MS)
    dialog = next(each for each in page.window().findChildren(RuleDialog))
    dialog.form.fill({"action": "follow_up", "subject": "Call after the fair", "days": 2})
    wait(SETTLED_MS)
    yield
    _leave(session, page)


SCENES = {"segment-rules": segment_rules, "segment-rule": segment_rule}
