"""Paints the agenda: one line per entry where there is room, two or three where there is not."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from crm_desktop.interactions.agenda import AgendaRow
from ui.follow_ups.agenda_model import AgendaModel, Heading, More
from ui.follow_ups.words import SECTION_WORDS, due_tone, due_words
from ui.interactions.words import PRIORITY_WORDS, TYPE_WORDS, type_icon
from ui.tables.columns import LEFT, Tone
from ui.tables.ink import Face, Ink
from ui.tables.painting import badge_width, draw_badge, draw_words
from ui.theme.icons import icon_side, paint_icon
from ui.theme.tokens import XL, M, S
from ui.widgets.badges import tone_of

Part = Literal["", "done", "customer", "more"]
LINE_GAP = 4
WIDE_FROM_LETTERS = 96
"""So many letters across, an entry takes one line."""
CUSTOMER_SHARE = 0.6
"""Of a line that is too short for all that it names, so much at least is the customer's."""


class AgendaDelegate(QStyledItemDelegate):
    """`hovered`: the row and the part that the pointer is on."""

    def __init__(self, model: AgendaModel, ink: Ink, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.ink = ink
        self.names_people = False
        self.lead = XL
        self.hovered: tuple[int, Part] = (-1, "")
        self.focused = False
        self.current = -1

    # Measures

    def _letter(self) -> float:
        return self.ink.body.metrics.averageCharWidth()

    def _is_wide(self, width: int) -> bool:
        return width >= self._letter() * WIDE_FROM_LETTERS

    def _line(self) -> int:
        return round(self.ink.body.metrics.height())

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        item, line, width = self._model.item(index.row()), self._line(), self._view.viewport().width()
        if isinstance(item, Heading):
            return QSize(0, line + 2 * M)
        if isinstance(item, More):
            return QSize(0, max(40, line + 2 * M))
        if self._is_wide(width):
            return QSize(0, max(40, line + 2 * M))
        lines = 3 if self._stacks(width) else 2
        return QSize(0, max(64, lines * line + (lines - 1) * LINE_GAP + 2 * M))

    def _stacks(self, width: int) -> bool:
        """Whether even the time of an entry needs a line of its own."""
        return width < self._letter() * 52

    # Where things are

    def part_at(self, rect: QRect, row: AgendaRow, place: QPoint) -> Part:
        """What the pointer is on."""
        if self._circle(rect).adjusted(-S, -S, S, S).contains(place):
            return "done"
        face = self.ink.body
        room = self._customer_room(rect, row)
        words = min(room.width(), round(face.metrics.horizontalAdvance(row.customer_name)))
        return "customer" if QRect(room.x(), room.y(), words, room.height()).contains(place) else ""

    def _circle(self, rect: QRect) -> QRect:
        side = icon_side(20)
        top = rect.y() + (rect.height() - side) // 2
        return QRect(rect.x() + self.lead, top, side, side)

    def _inside(self, rect: QRect) -> QRect:
        left = self._circle(rect).right() + 1 + M
        return QRect(left, rect.y(), rect.right() - self.lead - left, rect.height())

    def _columns(self, rect: QRect) -> dict[str, QRect]:
        """The parts of an entry in one line."""
        inside, letter = self._inside(rect), self._letter()
        widths = {"due": letter * 21, "type": letter * 15, "priority": letter * 11}
        if self.names_people:
            widths["who"] = letter * 18
        rest = inside.width() - sum(widths.values()) - M * (len(widths) + 1)
        widths |= {"subject": rest * 0.6, "customer": rest * 0.4}
        found: dict[str, QRect] = {}
        x = float(inside.x())
        for name in ("due", "subject", "customer", "type", "priority", "who"):
            if name in widths:
                found[name] = QRect(round(x), rect.y(), round(widths[name]), rect.height())
                x += widths[name] + M
        return found

    def _lines(self, rect: QRect) -> list[QRect]:
        inside, line = self._inside(rect), self._line()
        count = 3 if self._stacks(rect.width()) else 2
        top = rect.y() + (rect.height() - count * line - (count - 1) * LINE_GAP) // 2
        return [QRect(inside.x(), top + n * (line + LINE_GAP), inside.width(), line) for n in range(count)]

    def _customer_room(self, rect: QRect, row: AgendaRow) -> QRect:
        if self._is_wide(rect.width()):
            return self._columns(rect)["customer"]
        line = self._lines(rect)[-1]
        room = max(line.width() - self._rest_width(row), round(line.width() * CUSTOMER_SHARE))
        return QRect(line.x(), line.y(), room, line.height())

    def _rest(self, row: AgendaRow) -> str:
        parts = [TYPE_WORDS.get(row.type, row.type), row.assignee if self.names_people else ""]
        return "".join(f" · {part}" for part in parts if part)

    def _rest_width(self, row: AgendaRow) -> int:
        return round(self.ink.body.metrics.horizontalAdvance(self._rest(row))) + 1

    # Paint

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        item, rect = self._model.item(index.row()), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(item, Heading):
            self._paint_heading(painter, rect, item)
        elif item is not None:
            self._paint_ground(painter, rect, index.row())
            if isinstance(item, More):
                words = QRect(self._inside(rect))
                text = f"Show more ({item.remaining:,} left)"
                draw_words(painter, words, text, self.ink.body, self.ink, "accent", LEFT, ())
            else:
                self._paint_entry(painter, rect, item, index.row())
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect, item: Heading) -> None:
        ink = self.ink
        painter.fillRect(rect, ink.colour("surface_alt"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, ink.colour("border"))
        lead = self.lead
        words = QRect(rect.x() + lead, rect.y(), rect.width() - 2 * lead, rect.height())
        title, tone = SECTION_WORDS[item.section], "danger" if item.section == "overdue" else "text"
        draw_words(painter, words, title, ink.strong, ink, tone, LEFT, ())  # type: ignore[arg-type]
        words.setLeft(words.left() + round(ink.strong.metrics.horizontalAdvance(title)) + S)
        draw_words(painter, words, f"{item.count:,}", ink.body, ink, "muted", LEFT, ())

    def _paint_ground(self, painter: QPainter, rect: QRect, number: int) -> None:
        ink = self.ink
        if number == self.current:
            painter.fillRect(rect, ink.colour("accent_soft"))
            painter.fillRect(
                rect.x(), rect.y(), 3, rect.height(), ink.colour("accent" if self.focused else "border_strong")
            )
        elif number == self.hovered[0]:
            painter.fillRect(rect, ink.colour("surface_hover"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, ink.colour("border"))

    def _paint_entry(self, painter: QPainter, rect: QRect, row: AgendaRow, number: int) -> None:
        ink, look = self.ink, self._model.look
        on_done = self.hovered == (number, "done")
        name, tone = ("check-circle", "success") if on_done else ("circle", "border_strong")
        paint_icon(painter, self._circle(rect), name, ink.colour(tone))
        words, colour = due_words(row, look), due_tone(row, look)
        if self._is_wide(rect.width()):
            places = self._columns(rect)
            self._words(painter, places["due"], words, ink.strong if colour == "danger" else ink.body, colour)
            self._words(painter, places["subject"], row.subject, ink.strong, "text")
            self._customer(painter, places["customer"], row, number)
            self._type(painter, places["type"], row)
            self._priority(painter, places["priority"], row, number)
            if self.names_people:
                self._words(painter, places["who"], row.assignee, ink.body, "muted")
            return
        lines = self._lines(rect)
        first = QRect(lines[0])
        width = badge_width(PRIORITY_WORDS[row.priority], ink) if row.priority in ("high", "urgent") else 0
        if width:
            place = QRect(first.right() + 1 - width, first.y(), width, first.height())
            self._priority(painter, place, row, number)
            first.setWidth(first.width() - width - S)
        if len(lines) == 3:
            self._words(painter, lines[1], words, ink.body, colour)
        else:
            taken = round(ink.body.metrics.horizontalAdvance(words)) + 1
            self._words(
                painter, QRect(first.right() + 1 - taken, first.y(), taken, first.height()), words, ink.body, colour
            )
            first.setWidth(first.width() - taken - M)
        self._words(painter, first, row.subject, ink.strong, "text")
        room = self._customer_room(rect, row)
        self._customer(painter, room, row, number)
        shown = min(room.width(), round(ink.body.metrics.horizontalAdvance(row.customer_name)))
        rest = QRect(room.x() + shown, room.y(), max(0, lines[-1].width() - shown), room.height())
        self._words(painter, rest, self._rest(row), ink.body, "muted")

    def _words(self, painter: QPainter, rect: QRect, text: str, face: Face, tone: Tone) -> None:
        draw_words(painter, rect, text, face, self.ink, tone, LEFT, ())

    def _customer(self, painter: QPainter, rect: QRect, row: AgendaRow, number: int) -> None:
        ink = self.ink
        self._words(painter, rect, row.customer_name, ink.body, "accent")
        if self.hovered == (number, "customer"):
            line = ink.body.line(row.customer_name, rect.width())
            below = rect.y() + (rect.height() + round(line.height)) // 2 - 2
            painter.fillRect(rect.x(), below, round(line.width), 1, ink.text("accent"))

    def _type(self, painter: QPainter, rect: QRect, row: AgendaRow) -> None:
        side = icon_side(16)
        place = QRect(rect.x(), rect.y() + (rect.height() - side) // 2, side, side)
        paint_icon(painter, place, type_icon(row.type), self.ink.colour("text_muted"))
        words = rect.adjusted(side + S, 0, 0, 0)
        self._words(painter, words, TYPE_WORDS.get(row.type, row.type), self.ink.body, "muted")

    def _priority(self, painter: QPainter, rect: QRect, row: AgendaRow, number: int) -> None:
        tone: Tone = tone_of(row.priority)  # type: ignore[assignment]
        draw_badge(painter, rect, PRIORITY_WORDS.get(row.priority, ""), self.ink, tone, outlined=number == self.current)


def cursor_of(part: Part) -> Qt.CursorShape:
    """The pointer's shape over a part."""
    return Qt.CursorShape.PointingHandCursor if part else Qt.CursorShape.ArrowCursor
