"""The widgets that screens share."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QAccessible, QTextDocument, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ui.forms.editors import Choice
from ui.forms.unsaved import UnsavedQuestion
from ui.theme import Theme
from ui.widgets.badges import Chip
from ui.widgets.buttons import button, icon_button
from ui.widgets.choice_button import ChoiceButton
from ui.widgets.dialog import Dialog, FormDialog, ask
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import ComboBox, Form, FormField, NumberField
from ui.widgets.frames import scrolled
from ui.widgets.labels import ElidedLabel, tooltip
from ui.widgets.password_field import PasswordField
from ui.widgets.search_field import SearchField

pytestmark = pytest.mark.usefixtures("theme")


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> QWidget:
    made = QWidget()
    made.resize(900, 700)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_flow_goes_on_in_the_next_line(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = FlowLayout(holder, spacing=10)
    for _ in range(5):
        box = QWidget()
        box.setFixedSize(100, 20)
        flow.addWidget(box)
    assert flow.heightForWidth(560) == 20
    assert flow.heightForWidth(330) == 50
    assert flow.heightForWidth(50) == 140
    tall = QWidget()
    tall.setFixedSize(100, 40)
    flow.addWidget(tall)
    assert flow.heightForWidth(330) == 20 + 10 + 40
    flow.setGeometry(QRect(0, 0, 330, 100))
    places = [item.geometry().topLeft() for index in range(3, 6) if (item := flow.itemAt(index)) is not None]
    assert places == [QPoint(0, 40), QPoint(110, 40), QPoint(220, 30)]  # centred on a line that is 40 high


def test_a_field_shows_its_error_in_place_of_its_hint(qtbot: QtBot) -> None:
    field = FormField("Email", QLineEdit(), hint="For invoices.", required=True)
    qtbot.addWidget(field)
    assert field.label.text() == "Email *"
    assert field.editor.accessibleName() == "Email"
    field.set_error("An @ is missing.")
    assert field.below.text() == "An @ is missing."
    assert field.editor.accessibleDescription() == "An @ is missing."
    field.set_hint("Another hint.")
    assert field.error == "An @ is missing."
    field.set_error("")
    assert field.below.text() == "Another hint."


def test_a_form_goes_to_its_first_error(window: QWidget) -> None:
    form = Form()
    for name in ("name", "email"):
        form.add(name, FormField(name.capitalize(), QLineEdit(), parent=window)).show()
    assert form.set_errors({"email": "No.", "other": "Elsewhere."}) == {"other": "Elsewhere."}
    assert window.focusWidget() is form.fields["email"].editor
    form.clear_errors()
    assert form.fields["email"].error == ""


def test_the_wheel_changes_neither_choice_nor_number(window: QWidget) -> None:
    choice = ComboBox([("a", "First"), ("b", "Second")], window)
    number = NumberField(1, 10, window)
    for widget in (choice, number):
        at = widget.rect().center()
        wheel = QWheelEvent(
            at.toPointF(), widget.mapToGlobal(at).toPointF(), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, wheel)
    assert (choice.value, number.value()) == ("a", 1)
    seen: list[str] = []
    choice.value_changed.connect(seen.append)
    choice.set_value("b")
    choice.set_value("nothing like it")
    assert seen == ["b"]


def test_a_search_waits_for_a_pause(qtbot: QtBot, window: QWidget) -> None:
    field = SearchField("Search customers", parent=window)
    searched: list[str] = []
    field.searched.connect(searched.append)
    qtbot.keyClicks(field, "ana ")
    assert searched == []
    qtbot.waitUntil(lambda: searched == ["ana"])
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert searched == ["ana"]
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert searched == ["ana", ""]
    field.set_text_quietly("zoe")
    qtbot.wait(100)
    assert searched == ["ana", ""]


def test_text_that_does_not_fit_is_in_the_tooltip(window: QWidget) -> None:
    label = ElidedLabel("A company with a rather long name", parent=window)
    for width, tip in ((60, label.text()), (800, "")):
        label.resize(width, 20)
        label.event(QEvent(QEvent.Type.ToolTip))
        assert label.toolTip() == tip


def test_a_tooltip_takes_nothing_for_html() -> None:
    assert tooltip("Anna & Co") == "Anna & Co"
    shown = QTextDocument()
    shown.setHtml(tooltip("<img src='//host/x.png'> Anna"))
    assert shown.toPlainText() == "<img src='//host/x.png'> Anna"
    shown.setHtml(tooltip("<Anna>\nanna@example.org"))
    assert shown.toPlainText() == "<Anna>\nanna@example.org"
    assert "<img" not in icon_button("close", "Remove <img src='//host/x.png'>").toolTip()


def test_a_password_can_be_looked_at(qtbot: QtBot) -> None:
    field = PasswordField()
    qtbot.addWidget(field)
    field.setText("seven wooden owls")
    assert field.displayText() != "seven wooden owls"
    field._reveal.trigger()
    assert field.displayText() == "seven wooden owls"


def test_a_chip_says_what_is_removed(qtbot: QtBot, window: QWidget) -> None:
    chip = Chip("newsletter", parent=window)
    with qtbot.waitSignal(chip.removed, check_params_cb=lambda text: text == "newsletter"):
        chip.findChild(QToolButton).click()


def test_a_choice_button_grows_with_its_words(window: QWidget) -> None:
    made = ChoiceButton("server", "Connect", "Some words about it that need room. " * 4, window)
    assert made.heightForWidth(300) > made.heightForWidth(800)
    assert made.accessibleName() == "Connect"


def test_return_presses_a_button(qtbot: QtBot, window: QWidget) -> None:
    pressed: list[str] = []
    for made in (button("Plain", lambda: pressed.append("plain")), ChoiceButton("server", "Choice", "")):
        made.setParent(window)
        made.show()
        made.clicked.connect(lambda: pressed.append("clicked"))
        qtbot.keyClick(made, Qt.Key.Key_Return)
    assert pressed == ["plain", "clicked", "clicked"]


class Form1(FormDialog):
    saved = 0

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Form", parent)
        self.line = QLineEdit()
        self.body.addWidget(FormField("Line", self.line))
        self.line.textChanged.connect(self.mark_dirty)

    def is_dirty(self) -> bool:
        return bool(self.line.text())

    def save(self, *, close: bool) -> None:
        self.saved += 1
        if close:
            self.accept()


def press_when_asked(text: str) -> None:
    def press() -> None:
        question = QApplication.activeModalWidget()
        assert isinstance(question, Dialog)
        next(b for b in question.findChildren(QPushButton) if b.text() == text).click()

    QTimer.singleShot(0, QApplication.instance(), press)


@pytest.fixture
def form(qtbot: QtBot, window: QWidget) -> Form1:
    made = Form1(window)
    made.open()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    return made


def test_a_form_asks_before_it_loses_what_was_typed(form: Form1, qtbot: QtBot) -> None:
    form.line.setText("something")
    assert form.dirty_mark.isVisible()
    press_when_asked("Keep editing")
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert form.isVisible()
    press_when_asked("Discard changes")
    form.close()
    assert not form.isVisible()


def test_a_form_without_changes_just_closes(form: Form1, qtbot: QtBot) -> None:
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert not form.isVisible()


def test_a_form_saves_by_key(form: Form1, qtbot: QtBot) -> None:
    assert form.focusWidget() is form.line
    qtbot.keyClick(form, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert (form.saved, form.isVisible()) == (1, True)
    qtbot.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert (form.saved, form.isVisible()) == (2, False)


def test_tab_goes_through_the_content_and_then_the_buttons(form: Form1, qtbot: QtBot) -> None:
    order = []
    for _ in range(3):
        order.append(QApplication.focusWidget())
        qtbot.keyClick(form, Qt.Key.Key_Tab)
    assert order == [form.line, form.discard_button, form.save_button]


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_a_dialog_fits_its_window(window: QWidget, width: int, qtbot: QtBot) -> None:
    window.resize(width, 844)
    dialog = Form1(window)
    dialog.open()
    assert dialog.width() == (390 if width == 390 else 560)
    assert dialog.height() <= 844
    before = dialog.height()
    dialog.message.say("Something went wrong", "And what to do about it.")
    if width > 390:
        qtbot.waitUntil(lambda: dialog.height() > before)
    dialog.discard()


def test_a_question_is_as_tall_as_its_words(window: QWidget) -> None:
    window.resize(1440, 900)
    question = UnsavedQuestion(window, "segment", save=lambda: None, discard=lambda: None)
    question.open()
    spare = question.height() - question.heading.height() - question._footer.height()
    assert spare < 6 * question.fontMetrics().height(), "a sentence, and no empty room"
    question.reject()


def test_the_harmless_answer_is_the_default(window: QWidget) -> None:
    defaults: list[str] = []

    def look() -> None:
        question = QApplication.activeModalWidget()
        assert isinstance(question, Dialog)
        defaults.extend(b.text() for b in question.findChildren(QPushButton) if b.isDefault())
        assert "It cannot be undone." in [label.text() for label in question.findChildren(QLabel)]
        question.reject()

    QTimer.singleShot(0, window, look)
    assert not ask(window, "Delete it?", "It cannot be undone.", "Delete")
    assert defaults == ["Cancel"]


def test_a_scroll_area_shows_a_bar_but_never_counts_it(window: QWidget, qtbot: QtBot) -> None:
    content = QWidget()
    content.setFixedHeight(3_000)
    area = scrolled(content)
    area.setParent(window)
    area.resize(300, 200)
    area.show()
    qtbot.waitUntil(area.bar.isVisible)
    area.bar.setValue(500)
    assert area.verticalScrollBar().value() == 500
    area.ensureVisible(0, 2_900)
    assert area.bar.value() == area.verticalScrollBar().value() > 500
    face = QAccessible.queryAccessibleInterface(area)
    assert face.childCount() == 1
    content.setFixedHeight(100)
    qtbot.waitUntil(lambda: not area.bar.isVisible())
    assert face.childCount() == 1


def test_a_choice_knows_an_id_that_was_read_again(qtbot: QtBot) -> None:
    """Nobody is offered twice after the list of people has come."""
    from uuid import UUID

    from ui.forms.editors import Choice

    one = "0d8f0343-84a9-4c66-9c31-c6569114108a"
    choice = Choice([(None, "Nobody")])
    qtbot.addWidget(choice)
    choice.offer(UUID(one), "Ana")
    choice.set_value(UUID(one))
    choice.set_options([(None, "Nobody"), (UUID(one), "Ana Ruiz")])
    assert (choice.count(), choice.currentText(), choice.value()) == (2, "Ana Ruiz", UUID(one))
    choice.drop(UUID(one))
    assert choice.count() == 1


@pytest.mark.parametrize("kind", ["form", "filter"])
def test_an_open_list_shows_all_its_few_choices(qtbot: QtBot, theme: Theme, kind: str) -> None:
    options = [("a", "Active"), ("b", "Inactive"), ("c", "Prospect")]
    box = Choice(options) if kind == "form" else ComboBox(options)
    qtbot.addWidget(box)
    box.show()
    box.showPopup()
    view = box.view()
    assert view.viewport().height() >= sum(view.sizeHintForRow(row) for row in range(3))
    box.hidePopup()
