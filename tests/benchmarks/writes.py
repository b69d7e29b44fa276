"""Saving an edit and logging an interaction, from the button to the painted card."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

from tests.benchmarks.measure import TO_PAINTED, Line, side_by_side
from tests.benchmarks.run import Bench
from tests.benchmarks.window import PaintWatch, main_window, painted, wait

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from ui.customers.card import CustomerCard
    from ui.forms.record_dialog import RecordDialog
    from ui.main_window import MainWindow

_numbers = itertools.count()


def run(bench: Bench) -> None:
    with main_window(bench.data_dir, bench.target, bench.username, bench.password) as window:
        bench.report.heading("Writing, to the painted card")
        rows = bench.floor.rows(
            "SELECT id, coalesce(contact_name, company_name) FROM crm.customers ORDER BY id LIMIT 2"
        )
        (ours, name), (theirs, _) = rows
        card = _open(window, ours)

        times = side_by_side(
            lambda: _edit(window, card, ours),
            lambda: bench.floor.save(theirs, f"note {next(_numbers)}"),
            bench.repeats,
        )
        bench.report.add(Line("save an edit", *times, TO_PAINTED))
        times = side_by_side(
            lambda: _log(window, card, ours, name),
            lambda: bench.floor.log(theirs, f"call {next(_numbers)}"),
            bench.repeats,
        )
        bench.report.add(Line("log an interaction", *times, TO_PAINTED))


def _open(window: MainWindow, customer_id: UUID) -> CustomerCard:
    window.customers.show_customer(customer_id)
    wait(lambda: window.customers._card is not None and window.customers._card.customer is not None)
    card = window.customers._card
    assert card is not None
    return card


def _edit(window: MainWindow, card: CustomerCard, customer_id: UUID) -> float:
    from ui.customers.customer_dialog import CustomerDialog

    dialog = CustomerDialog(window._context, window, customer_id)
    dialog.open()
    wait(lambda: dialog.ready)
    before = card.customer
    assert before is not None
    dialog.form["notes"].set_value(f"note {next(_numbers)}")
    return _save(dialog, card, lambda: card.customer is not None and card.customer.version > before.version)


def _log(window: MainWindow, card: CustomerCard, customer_id: UUID, name: str) -> float:
    from ui.interactions.interaction_dialog import InteractionDialog

    dialog = InteractionDialog(window._context, window, customer_id, name)
    dialog.open()
    wait(lambda: dialog.ready)
    dialog.form["subject"].set_value(f"call {next(_numbers)}")
    before = card.customer
    assert before is not None
    return _save(dialog, card, lambda: card.customer is not None and card.customer.last_contact != before.last_contact)


def _save(dialog: RecordDialog, card: CustomerCard, shown: Callable[[], bool]) -> float:
    """From the button of a dialog that stands there, to the first painting of the card that shows what was saved."""
    painted(dialog)
    done: list[float] = []
    watch = PaintWatch(card, shown, lambda: done.append(time.perf_counter()))
    began = time.perf_counter()
    dialog.save_and_close()
    wait(lambda: bool(done))
    watch.stop()
    return done[0] - began
