"""Form fields: label above, editor, hint or error below; and a form that knows its fields by name."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from ui.theme.tokens import XS
from ui.widgets.frames import restyle
from ui.widgets.labels import text_label

POPUP_EDGES = 2
"""What lies around the rows of an open list, in pixels."""


class FormField(QWidget):
    """`label` is the editor's accessible name. An error takes the hint's place."""

    def __init__(
        self, label: str, editor: QWidget, *, hint: str = "", required: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.label = text_label(f"{label} *" if required else label, "label")
        self.editor = editor
        self._hint = hint
        self._below = text_label("", "caption")
        editor.setAccessibleName(label)
        self.label.setBuddy(editor)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(XS)
        self._column.addWidget(self.label)
        self._column.addWidget(editor)
        self._column.addWidget(self._below)
        self.set_error("")

    def add_below(self, widget: QWidget) -> None:
        """Something that belongs to the editor, between it and the hint: a strength meter."""
        self._column.insertWidget(2, widget)

    @property
    def error(self) -> str:
        return self._below.text() if self._below.property("role") == "error" else ""

    def set_error(self, text: str) -> None:
        """ "" takes the error away and shows the hint again."""
        self._show("error" if text else "caption", text or self._hint)
        self.editor.setProperty("invalid", bool(text))
        # A screen reader speaks the description after the name.
        self.editor.setAccessibleDescription(text or self._hint)
        restyle(self.editor)

    def set_hint(self, text: str, role: str = "caption") -> None:
        """`role` "warning" for something that does not prevent saving."""
        self._hint = text
        if not self.error:
            self._show(role, text)
            self.editor.setAccessibleDescription(text)

    def _show(self, role: str, text: str) -> None:
        self._below.setText(text)
        self._below.setProperty("role", role)
        self._below.setVisible(bool(text))
        restyle(self._below)

    @property
    def below(self) -> QLabel:
        return self._below


class Form:
    """The fields of a screen by name: puts errors where they belong, and tells of every change."""

    def __init__(self) -> None:
        self.fields: dict[str, FormField] = {}

    def add(self, name: str, field: FormField) -> FormField:
        self.fields[name] = field
        return field

    def clear_errors(self) -> None:
        for field in self.fields.values():
            if field.error:
                field.set_error("")

    def set_errors(self, errors: Mapping[str, str]) -> dict[str, str]:
        """Show each at its field and go to the first. Returns those that have no field here."""
        self.clear_errors()
        first: FormField | None = None
        for name, field in self.fields.items():
            if name in errors:
                field.set_error(errors[name])
                first = first or field
        if first is not None:
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return {name: text for name, text in errors.items() if name not in self.fields}


class ComboBox(QComboBox):
    """A choice of (value, text) that the mouse wheel does not change by accident while a form is scrolled."""

    value_changed = Signal(str)

    def __init__(self, options: list[tuple[str, str]] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        for value, text in options or []:
            self.addItem(text, value)
        self.currentIndexChanged.connect(lambda _index: self.value_changed.emit(self.value))

    def paintEvent(self, event: QPaintEvent) -> None:
        """As Qt does it, but what does not fit ends in an ellipsis."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width()
        option.currentText = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    @property
    def value(self) -> str:
        return self.currentData() or ""

    def set_value(self, value: str) -> None:
        index = self.findData(value)
        if index >= 0:
            self.setCurrentIndex(index)

    def showPopup(self) -> None:
        super().showPopup()
        fit_popup(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class NumberField(QSpinBox):
    """A whole number that the mouse wheel does not change by accident."""

    def __init__(self, least: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(least, most)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Qt's stylesheets know no left padding for spin boxes.
        self.lineEdit().setTextMargins(10, 0, 0, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def fit_popup(box: QComboBox) -> None:
    """Give an open list the height of its rows: Qt reckons without the padding that the stylesheet gives it."""
    view, popup = box.view(), box.view().window()
    rows = sum(view.sizeHintForRow(row) for row in range(min(box.count(), box.maxVisibleItems())))
    height = rows + view.height() - view.viewport().height() + POPUP_EDGES
    if popup.height() < height:
        popup.resize(popup.width(), height)
