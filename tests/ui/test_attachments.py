"""Files on the card and in the interaction dialog: add, drop, open, save, delete, undo."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crm_desktop.attachments.queries import largest_size, of_customer
from crm_desktop.database.engine import Database
from crm_desktop.settings import Preferences
from tests.ui.desk import Desk, at_desk, nameless
from ui.attachments import opened_files
from ui.attachments.file_row import FileRow
from ui.attachments.opened_files import PREFIX, OpenedFiles
from ui.customers.card import CustomerCard
from ui.interactions.interaction_dialog import InteractionDialog
from ui.settings.files_page import FilesPage
from ui.theme import Theme


@pytest.fixture
def card(desk: Desk) -> Iterator[CustomerCard]:
    made = CustomerCard(desk.context)
    desk.qtbot.addWidget(made)
    made.resize(460, 800)
    made.show_customer(desk.add(contact_name="Ana Ruiz"))
    made.show()
    desk.wait(lambda: made.customer is not None)
    yield made
    desk.settle()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was handed to other programs."""
    found: list[Path] = []

    def take(url: QUrl) -> bool:
        found.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    return found


def files(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).write_bytes(name.encode())
    return [folder / name for name in names]


def names(card: CustomerCard) -> list[str]:
    return sorted(row.row.file_name for row in card.files.files)


def add(card: CustomerCard, desk: Desk, folder: Path, *which: str) -> None:
    card.files.add(files(folder, *which))
    desk.wait(lambda: set(which) <= set(names(card)))


def row(card: CustomerCard, name: str) -> FileRow:
    return next(each for each in card.files.files if each.row.file_name == name)


def test_several_at_once_show_on_the_card(card: CustomerCard, desk: Desk, tmp_path: Path) -> None:
    assert card.files.title.text() == "Files"
    add(card, desk, tmp_path, "offer.pdf", "photo.jpg")
    assert desk.texts() == ["2 files were attached."]
    assert card.files.title.text() == "Files (2)"
    assert row(card, "offer.pdf").accessibleName().startswith("offer.pdf, 9 bytes · Today")
    assert nameless(card) == []


def test_files_dropped_on_the_card_are_added(card: CustomerCard, desk: Desk, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in files(tmp_path, "a.txt", "b.txt")])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(card, enter)
    assert enter.isAccepted() and card.files.property("lit")
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(card, drop)
    desk.wait(lambda: names(card) == ["a.txt", "b.txt"])
    assert not card.files.property("lit")
    words = QMimeData()
    words.setText("no file")
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, words, left, none)
    QApplication.sendEvent(card, enter)
    assert not card.files.property("lit")


def test_one_that_cannot_be_added_does_not_keep_the_others_out(card: CustomerCard, desk: Desk, tmp_path: Path) -> None:
    good = files(tmp_path, "good.txt")
    card.files.add([tmp_path / "gone.txt", *good])
    desk.wait(lambda: names(card) == ["good.txt"])
    assert desk.texts() == ["good.txt was attached.", "gone.txt cannot be read: No such file or directory."]


def test_a_copy_is_opened_which_only_this_person_reads(
    card: CustomerCard, desk: Desk, tmp_path: Path, opened: list[Path]
) -> None:
    add(card, desk, tmp_path, "offer.pdf")
    QTest.keyClick(row(card, "offer.pdf"), Qt.Key.Key_Return)
    desk.wait(lambda: bool(opened))
    (copy,) = opened
    assert copy.read_bytes() == b"offer.pdf" and copy.name == "offer.pdf"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o400
    assert stat.S_IMODE(copy.parent.parent.stat().st_mode) == 0o700
    row(card, "offer.pdf").opened.emit()
    desk.wait(lambda: len(opened) == 2)
    assert opened[1] == copy
    desk.context.opened_files.close()
    assert not copy.parent.parent.exists()


def test_what_could_run_is_never_opened(card: CustomerCard, desk: Desk, tmp_path: Path, opened: list[Path]) -> None:
    add(card, desk, tmp_path, "setup.exe")
    assert [action.text() for action in row(card, "setup.exe").menu().actions() if action.text()] == [
        "Save as…",
        "Delete",
    ]
    disguised = tmp_path / "invoice.pdf"
    disguised.write_bytes(b"MZ\x90\x00")
    card.files.add([disguised])
    desk.wait(lambda: "invoice.pdf" in names(card))
    row(card, "invoice.pdf").opened.emit()
    desk.wait(lambda: any("could run something" in text for text in desk.texts()))
    assert opened == []


def test_saving_writes_the_content(card: CustomerCard, desk: Desk, tmp_path: Path) -> None:
    add(card, desk, tmp_path, "offer.pdf")
    card.files.actions_of.save_to(row(card, "offer.pdf").row, tmp_path / "copy.pdf")
    desk.wait(lambda: "Saved as copy.pdf." in desk.texts())
    assert (tmp_path / "copy.pdf").read_bytes() == b"offer.pdf"
    card.files.actions_of.save_to(row(card, "offer.pdf").row, tmp_path / "none" / "copy.pdf")
    desk.wait(lambda: any("There is no folder" in text for text in desk.texts()))


def test_a_deleted_file_comes_back_with_undo(card: CustomerCard, desk: Desk, tmp_path: Path) -> None:
    add(card, desk, tmp_path, "offer.pdf")
    QTest.keyClick(row(card, "offer.pdf"), Qt.Key.Key_Delete)
    desk.wait(lambda: names(card) == [])
    desk.context.undo.undo()
    desk.wait(lambda: names(card) == ["offer.pdf"])


def test_colleagues_files_cannot_be_deleted(
    card: CustomerCard, desk: Desk, employee: Database, theme: Theme, tmp_path: Path
) -> None:
    add(card, desk, tmp_path, "offer.pdf")
    assert card.customer is not None
    with at_desk(employee, theme, Preferences(tmp_path / "emil.json"), desk.qtbot) as emil:
        theirs = CustomerCard(emil.context)
        desk.qtbot.addWidget(theirs)
        theirs.show_customer(card.customer.id)
        theirs.show()
        emil.wait(lambda: names(theirs) == ["offer.pdf"])
        assert [action.text() for action in row(theirs, "offer.pdf").menu().actions()] == ["Open", "Save as…"]
        QTest.keyClick(row(theirs, "offer.pdf"), Qt.Key.Key_Delete)
        emil.settle()
        assert names(theirs) == ["offer.pdf"]
        theirs.close()
        emil.settle()


def test_many_files_show_a_few_first(card: CustomerCard, desk: Desk, tmp_path: Path) -> None:
    card.files.add(files(tmp_path, *(f"{number}.txt" for number in range(8))))
    desk.wait(lambda: card.files.title.text() == "Files (8)")
    assert len(card.files.files) == 5
    card.files._more.click()
    assert len(card.files.files) == 8 and not card.files._more.isVisible()


def test_an_interaction_has_its_own_files_and_the_timeline_tells(
    card: CustomerCard, desk: Desk, tmp_path: Path
) -> None:
    assert card.customer is not None
    call = desk.log(card.customer.id, subject="Contract")
    dialog = InteractionDialog(desk.context, card, card.customer.id, "Ana Ruiz", call)
    dialog.open()
    desk.wait(lambda: dialog.files.isVisible())
    dialog.files.add(files(tmp_path, "contract.docx"))
    desk.wait(lambda: [each.row.file_name for each in dialog.files.files] == ["contract.docx"])
    desk.wait(lambda: names(card) == ["contract.docx"])
    assert "Contract" in row(card, "contract.docx").accessibleName()
    desk.wait(lambda: any("1 file" in entry.accessibleName() for entry in card.timeline.entries))
    dialog.done(0)
    new = InteractionDialog(desk.context, card, card.customer.id, "Ana Ruiz")
    new.open()
    desk.settle()
    assert not new.files.isVisible(), "there is nothing yet to attach files to"
    new.done(0)
    desk.settle()


def test_cancelling_keeps_what_is_there_already(
    card: CustomerCard, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm_desktop.errors import Cancelled
    from ui.attachments import file_work

    real = file_work.add_file

    def second_is_cancelled(session: object, path: Path, *rest: object, **more: object) -> UUID:
        if path.name == "two.txt":
            raise Cancelled
        return real(session, path, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(file_work, "add_file", second_is_cancelled)
    card.files.add(files(tmp_path, "one.txt", "two.txt", "three.txt"))
    desk.wait(lambda: names(card) == ["one.txt"])
    assert desk.texts() == ["one.txt was attached."]


def test_administrators_set_how_large_a_file_may_be(desk: Desk, tmp_path: Path) -> None:
    page = FilesPage(desk.context)
    desk.qtbot.addWidget(page)
    desk.wait(page.largest.isEnabled)
    assert page.largest.value == "10"
    page.largest.set_value("1")
    desk.wait(lambda: desk.texts() == ["Files of up to 1 MB can be attached."])
    with desk.context.database.session() as session:
        assert largest_size(session) == 1024 * 1024
    card = CustomerCard(desk.context)
    desk.qtbot.addWidget(card)
    someone = desk.add()
    card.show_customer(someone)
    desk.wait(lambda: card.customer is not None)
    big = tmp_path / "big.bin"
    big.write_bytes(b"x" * (1024 * 1024 + 1))
    card.files.add([big])
    desk.wait(lambda: desk.texts()[-1] == "big.bin is larger than 1 MB.")
    with desk.context.database.session() as session:
        assert of_customer(session, someone) == ()
    desk.settle()


def test_copies_of_a_killed_program_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened_files.tempfile, "tempdir", str(tmp_path))
    dead, alive = tmp_path / f"{PREFIX}999999999-x", tmp_path / f"{PREFIX}{os.getppid()}-x"
    dead.mkdir()
    alive.mkdir()
    mine = OpenedFiles()
    mine.path_for(uuid4(), "a.txt").write_text("x")
    assert not dead.exists() and alive.exists()
    mine.close()
    assert list(tmp_path.iterdir()) == [alive]


def test_a_file_that_has_no_place_for_a_copy_says_so(
    card: CustomerCard, desk: Desk, tmp_path: Path, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    add(card, desk, tmp_path, "offer.pdf")
    monkeypatch.setattr(opened_files.tempfile, "tempdir", str(tmp_path / "none"))
    row(card, "offer.pdf").opened.emit()
    desk.settle()
    assert desk.texts()[-1].startswith("offer.pdf cannot be opened: there is no place for a copy of it")
    (tmp_path / "none").mkdir()
    row(card, "offer.pdf").opened.emit()
    desk.wait(lambda: len(opened) == 1)
    # The system swept its folder of temporary files while the window was open.
    shutil.rmtree(next((tmp_path / "none").iterdir()))
    row(card, "offer.pdf").opened.emit()
    desk.wait(lambda: len(opened) == 2)
    desk.context.opened_files.close()
