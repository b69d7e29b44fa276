"""The pictures of filters and views."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QMenu

from crm_desktop.views.actions import add_view, delete_view
from crm_desktop.views.definition import ViewDefinition
from crm_desktop.views.queries import saved_views
from scripts.screenshots.scenes.window import SETTLED_MS, main_window
from scripts.screenshots.stage import wait, wait_for
from ui.filters.builder import FilterBuilder
from ui.interactions.page import InteractionsPage
from ui.operations import DataChange
from ui.session import Session
from ui.shell.pages import CUSTOMERS, INTERACTIONS
from ui.tables.paged_view import PagedTable

PEOPLE_TO_CALL = {
    "all": [
        {"field": "last_contact", "operator": "before", "value": {"months": -1}},
        {"any": [
            {"field": "tier", "operator": "in", "value": ["gold", "platinum"]},
            {"field": "interactions", "operator": "at_least", "value": {"count": 2, "of": {"all": [
                {"field": "type", "operator": "in", "value": ["call", "meeting"]},
                {"field": "created_at", "operator": "within", "value": "this_year"},
            ]}}},
        ]},
    ]
}  # fmt: skip


def _exact(table: PagedTable) -> None:
    wait_for(lambda: table.model.exact, "the rows")


@contextmanager
def chips(session: Session) -> Iterator[None]:
    """Conditions that are on, in words."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    window.customers.show_filter(PEOPLE_TO_CALL)
    wait(SETTLED_MS)
    _exact(window.customers.table)
    yield
    window.customers.show_filter({})
    wait(SETTLED_MS)


@contextmanager
def builder(session: Session) -> Iterator[None]:
    """The same conditions being put together."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    window.customers.show_filter(PEOPLE_TO_CALL)
    wait(SETTLED_MS)
    window.customers.open_filters()
    wait(SETTLED_MS + 400)
    yield
    for dialog in window.findChildren(FilterBuilder):
        dialog.done(0)
    window.customers.show_filter({})
    wait(SETTLED_MS)


@contextmanager
def views_menu(session: Session) -> Iterator[None]:
    """A view that is on, changed since it was saved, and what can be done with it."""
    window = main_window(session)
    window.open_tab(CUSTOMERS)
    page = window.customers
    with session.context.database.session() as database:
        for name in ("Gold without a call", "New this month"):
            add_view(database, "customers", name, ViewDefinition(PEOPLE_TO_CALL), is_shared=name.startswith("New"))
    session.context.operations.tell_changed(DataChange(frozenset({"views"})))
    wait_for(lambda: bool(page.views.rows), "the views")
    page.views.choose(page.views.rows[0])
    wait(SETTLED_MS)
    page.filters.type.set_value("business")
    wait(SETTLED_MS)
    _exact(page.table)
    page.views_button.open_menu()
    wait(SETTLED_MS)
    yield
    for menu in page.views_button.findChildren(QMenu):
        menu.close()
    page.show_filter({})
    with session.context.database.session() as database:
        for row in saved_views(database, "customers"):
            delete_view(database, row.id)
    session.context.operations.tell_changed(DataChange(frozenset({"views"})))
    wait(SETTLED_MS)


@contextmanager
def interactions_filtered(session: Session) -> Iterator[None]:
    """Interactions with conditions of their own."""
    window = main_window(session)
    window.open_tab(INTERACTIONS)
    page = window.pages.currentWidget()
    assert isinstance(page, InteractionsPage)
    page.conditions.active.set(
        {"all": [
            {"field": "created_at", "operator": "within", "value": {"last_days": 90}},
            {"field": "duration", "operator": "at_least", "value": 30},
        ]}
    )  # fmt: skip
    wait(SETTLED_MS)
    wait_for(lambda: page.table.model.exact, "the interactions")
    yield
    page.filters.clear()
    window.open_tab(CUSTOMERS)


SCENES = {
    "customers-filtered": chips,
    "filter-builder": builder,
    "views": views_menu,
    "interactions-filtered": interactions_filtered,
}
