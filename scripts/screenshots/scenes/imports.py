"""The scenes of the import wizard: a list from a fair, half of it known already."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import text

from scripts.screenshots.scenes.window import SETTLED_MS, main_window
from scripts.screenshots.stage import wait, wait_for
from ui.importing.history_dialog import HistoryDialog
from ui.importing.wizard import CHECK, COLUMNS, DUPLICATES, FILE, RESULT, SOURCE, ImportWizard
from ui.session import Session

Scene = Callable[[Session], AbstractContextManager[None]]


def _fair_list(session: Session, folder: Path) -> Path:
    """Known customers with what is new about them, some new ones, and what goes wrong in such lists."""
    with session.context.database.session() as opened:
        known = opened.execute(
            text(
                "SELECT contact_name, coalesce(company_name, ''), email FROM crm.customers"
                " WHERE email <> '' AND contact_name <> '' ORDER BY name_key, id LIMIT 9"
            )
        ).all()
    path = folder / "Fair Hamburg 2026.csv"
    rows = [(name, company, email, "", "Hamburg", "Hall 4, asked for prices") for name, company, email in known]
    rows += [
        (
            "Ida Brandt",
            "Brandt & Söhne GmbH",
            "ida@brandt-soehne.example",
            "040 41 30 20",
            "Hamburg",
            "Wants a visit in May",
        ),
        ("Luis Ferreira", "", "luis.ferreira@correio.example", "+351 21 342 1100", "Lisboa", ""),
        (
            "Mette Krogh",
            "Krogh Design",
            "mette@kroghdesign.example; hello@kroghdesign.example",
            "",
            "Aarhus",
            "New brochure",
        ),
        ("P. Okafor", "", "okafor(at)mail", "", "Lagos", "Card was hard to read"),
        ("", "", "somebody@mail.example", "", "Hamburg", ""),
        ("Ida Brandt", "Brandt & Söhne GmbH", "ida@brandt-soehne.example", "", "", "Came twice"),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(("Name", "Company", "E-mail", "Phone", "Town", "Talked about"))
        writer.writerows(rows)
    return path


def _settled(session: Session) -> None:
    wait(60)
    wait_for(lambda: session.context.operations.idle, "the import")
    wait(SETTLED_MS)


@contextmanager
def _at(session: Session, place: int) -> Iterator[ImportWizard]:
    window = main_window(session)
    wizard = ImportWizard(session.context, window)
    wizard.open()
    with tempfile.TemporaryDirectory() as folder:
        wizard.take_file(_fair_list(session, Path(folder)))
        _settled(session)
        while wizard._place < place:
            if wizard._place == COLUMNS:
                if wizard.columns.tags is not None:
                    wizard.columns.tags.set_value(("fair", "2026"))
                wizard.columns.fixed["source"].setText("Fair Hamburg")
            if wizard._place == DUPLICATES:
                wizard.choices.key, wizard.choices.existing = "email", "update"
            wizard.forward()
            _settled(session)
        if place == DUPLICATES:
            next(b for b in wizard.duplicates.existing.buttons() if b.property("existing") == "update").click()
            wait(SETTLED_MS)
        yield wizard
        if wizard.outcome.report is not None:
            wizard.outcome._undo()
            _settled(session)
        wizard.choices.path = None
        wizard.done(0)
        wait(SETTLED_MS)


def _step(place: int) -> Scene:
    @contextmanager
    def scene(session: Session) -> Iterator[None]:
        with _at(session, place):
            yield

    return scene


@contextmanager
def history(session: Session) -> Iterator[None]:
    """The imports so far."""
    with _at(session, RESULT):
        pass
    dialog = HistoryDialog(session.context, session.window)
    dialog.open()
    _settled(session)
    yield
    dialog.done(0)


SCENES: dict[str, Scene] = {
    "import-source": _step(SOURCE),
    "import-file": _step(FILE),
    "import-columns": _step(COLUMNS),
    "import-duplicates": _step(DUPLICATES),
    "import-check": _step(CHECK),
    "import-result": _step(RESULT),
    "import-history": history,
}
