"""One contact on the card of a company."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal, SignalInstance
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from crm_desktop.contacts.rows import ContactRow, Place
from crm_desktop.customers.phones import readable
from ui.theme.icons import icon
from ui.widgets.buttons import icon_button
from ui.widgets.entry import Entry
from ui.widgets.entry_layout import GAP, LINE_GAP, PADDING, EntryLayout, Mark, add_marks, add_text, shortened
from ui.widgets.labels import literal, tooltip

PRIMARY = Mark("Primary", "info")


class ContactEntry(Entry):
    """Enter or a double click edits it, where the person may."""

    edit_wanted = Signal(object)  # ContactRow, as in the signals below
    primary_wanted = Signal(object)
    log_wanted = Signal(object)
    remove_wanted = Signal(object)
    place_wanted = Signal(object)  # UUID of another company
    call_wanted = Signal(str)
    mail_wanted = Signal(str)
    copy_wanted = Signal(str, str)  # the value, what it is

    def __init__(self, *, may_edit: bool, may_log: bool) -> None:
        super().__init__()
        self.row: ContactRow
        self._may_edit, self._may_log, self.may_remove = may_edit, may_log, may_edit
        self.call_button = icon_button("call", "Call", lambda: self.call_wanted.emit(self.row.phones[0]), small=True)
        self.mail_button = icon_button("email", "Email", lambda: self.mail_wanted.emit(self.row.emails[0]), small=True)
        self.set_buttons(self.call_button, self.mail_button, self.more_button)

    def show_row(self, row: ContactRow, *, first: bool) -> None:
        """Show this contact; the first of a list has no line above it."""
        self.row = row
        self.set_first(first)
        self.setAccessibleName(spoken(row))
        for button, values, words in (
            (self.call_button, row.phones, "Call {}, {}"),
            (self.mail_button, row.emails, "Write to {}, {}"),
        ):
            button.setVisible(bool(values))
            button.setAccessibleName(words.format(row.name, _shown(values[0])) if values else "")
            button.setToolTip(tooltip(words.split("{}")[0] + _shown(values[0])) if values else "")
        self.more_button.setAccessibleName(f"More for {row.name}")
        self.refresh()

    def lay_out(self, width: int, beside_buttons: int) -> EntryLayout:
        return lay_out(self.row, beside_buttons, width, self.font())

    # What the person does.

    def menu(self) -> QMenu:
        menu = QMenu(self)
        row = self.row
        if self._may_edit:
            menu.addAction(icon("edit"), "Edit", lambda: self.edit_wanted.emit(row))
            if not row.is_primary:
                menu.addAction(icon("star"), "Make primary", lambda: self.primary_wanted.emit(row))
        if self._may_log:
            menu.addAction(icon("interaction-add"), "Log interaction", lambda: self.log_wanted.emit(row))
        for place in row.elsewhere:
            self._add_place(menu, place)
        menu.addSeparator()
        for phone in row.phones:
            self._add_value(menu, "call", f"Call {readable(phone)}", self.call_wanted, phone)
            self._add_copy(menu, readable(phone), "Phone")
        for email in row.emails:
            self._add_value(menu, "email", f"Write to {email}", self.mail_wanted, email)
            self._add_copy(menu, email, "Email")
        if self._may_edit:
            menu.addSeparator()
            menu.addAction(icon("delete", "danger"), "Remove from company", lambda: self.remove_wanted.emit(row))
        return menu

    def _add_place(self, menu: QMenu, place: Place) -> None:
        menu.addAction(
            icon("business"), literal(f"Open {place.name}"), lambda: self.place_wanted.emit(place.customer_id)
        )

    def _add_value(self, menu: QMenu, icon_name: str, text: str, wanted: SignalInstance, value: str) -> None:
        menu.addAction(icon(icon_name), literal(text), lambda: wanted.emit(value))

    def _add_copy(self, menu: QMenu, value: str, kind: str) -> None:
        menu.addAction(icon("copy"), literal(f"Copy {value}"), lambda: self.copy_wanted.emit(value, kind))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            values = (*self.row.emails, *map(readable, self.row.phones))
            if values:
                self.copy_wanted.emit(values[0], "Email" if self.row.emails else "Phone")
        else:
            super().keyPressEvent(event)

    def open(self) -> None:
        if self._may_edit:
            self.edit_wanted.emit(self.row)

    def remove(self) -> None:
        self.remove_wanted.emit(self.row)


def lay_out(row: ContactRow, beside_buttons: float, width: float, font: QFont) -> EntryLayout:
    """Name and role beside the buttons, the rest below over the whole width."""
    bold, small = QFont(font), QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    made = EntryLayout(small=small)
    add_text(made, row.name, bold, "text", beside_buttons)
    if row.is_primary:
        _mark_primary(made, QFontMetricsF(bold).horizontalAdvance(row.name), beside_buttons)
    if row.role:
        add_text(made, row.role, small, "text_muted", beside_buttons)
    if row.elsewhere:
        add_text(made, f"Also at {', '.join(place.name for place in row.elsewhere)}", small, "text_muted", width)
    for value in (*row.emails, *map(readable, row.phones)):
        add_text(made, value, font, "text_muted", width)
    if row.notes:
        add_text(made, shortened(row.notes), small, "text_muted", width)
    return made


def _mark_primary(made: EntryLayout, name_width: float, width: float) -> None:
    """Beside the name where there is room, else below it."""
    metrics = QFontMetricsF(made.small)
    wide, high = metrics.horizontalAdvance(PRIMARY.text) + 2 * PADDING, metrics.height() + 2.0
    if name_width + GAP + wide <= width:
        middle = (made.height - LINE_GAP) / 2
        made.badges.append((QRectF(name_width + GAP, middle - high / 2, wide, high), PRIMARY))
    else:
        add_marks(made, [PRIMARY], width)


def spoken(row: ContactRow) -> str:
    """What a screen reader says."""
    places = ", ".join(place.name for place in row.elsewhere)
    return ", ".join(
        filter(
            None,
            (
                row.name,
                "primary contact" if row.is_primary else "",
                row.role,
                f"also at {places}" if places else "",
                *row.emails,
                *map(readable, row.phones),
                row.notes,
            ),
        )
    )


def _shown(value: str) -> str:
    return readable(value)
