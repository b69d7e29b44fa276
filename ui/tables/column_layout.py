"""Which columns are shown, in which order and how wide: applied to a header, and remembered per table."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QTableView

from ui.tables.columns import Column

if TYPE_CHECKING:
    from crm_desktop.settings import Preferences

SAVE_AFTER_MS = 400
NARROWEST = 56
NORMAL_LINE = 17


class ColumnLayout(QObject):
    """Lives beside a view; what it cannot read in the preferences it leaves at the defaults."""

    changed = Signal()

    def __init__(self, view: QTableView, name: str, columns: Sequence[Column], preferences: "Preferences") -> None:
        super().__init__(view)
        self._view = view
        self._columns = tuple(columns)
        self._preferences = preferences
        self._key = f"tables/{name}/columns"
        self._compact = False
        self._applying = False
        self._widths = {column.key: column.width for column in self._columns}
        self._hidden = {column.key for column in self._columns if column.hidden}
        self._order = [column.key for column in self._columns]
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.timeout.connect(self.save)
        self._read()
        self.apply()
        header = view.horizontalHeader()
        header.sectionMoved.connect(self._on_moved)
        header.sectionResized.connect(self._on_resized)

    def order(self) -> list[Column]:
        """All columns as they stand from left to right, hidden ones too."""
        by_key = {column.key: column for column in self._columns}
        return [by_key[key] for key in self._order]

    def is_shown(self, key: str) -> bool:
        """Whether the person sees this column."""
        return key not in self._hidden

    def set_shown(self, key: str, shown: bool) -> None:
        """Show or hide a column; one that names the row stays."""
        column = next(column for column in self._columns if column.key == key)
        if shown:
            self._hidden.discard(key)
        elif not column.fixed:
            self._hidden.add(key)
        self._changed()

    def move(self, key: str, place: int) -> None:
        """Put a column at another place, counted from the left over all columns."""
        self._order.remove(key)
        self._order.insert(max(0, place), key)
        self._changed()

    def restore_defaults(self) -> None:
        """As the table came."""
        self._start_over()
        self._changed()

    def state(self) -> dict[str, Any]:
        """All of it, as `set_state` takes it."""
        return {"order": list(self._order), "hidden": sorted(self._hidden), "widths": dict(self._widths)}

    def set_state(self, saved: Any) -> None:
        """Take what was saved; what is not understood stays at the defaults."""
        self._start_over()
        self._take(saved)
        self._changed()

    def understood(self, saved: Any) -> dict[str, Any]:
        """What `state` would give after `set_state`; nothing changes."""
        kept = self._widths, self._hidden, self._order
        self._start_over()
        self._take(saved)
        found = self.state()
        self._widths, self._hidden, self._order = kept
        return found

    def _start_over(self) -> None:
        self._widths = {column.key: column.width for column in self._columns}
        self._hidden = {column.key for column in self._columns if column.hidden}
        self._order = [column.key for column in self._columns]

    def set_compact(self, compact: bool) -> None:
        """In a compact table the first column holds the whole row; the rest waits."""
        if compact != self._compact:
            self._compact = compact
            self.apply()

    def apply(self) -> None:
        """Put all of it on the header."""
        header = self._view.horizontalHeader()
        self._applying = True
        for place, key in enumerate(self._order):
            header.moveSection(header.visualIndex(self._section(key)), place)
        for section, column in enumerate(self._columns):
            shown = section == 0 if self._compact else column.key not in self._hidden
            header.setSectionHidden(section, not shown)
            if shown and not self._compact:
                header.resizeSection(section, round(self._widths[column.key] * self._scale()))
        self._applying = False

    def save(self) -> None:
        """Write it to the preferences now."""
        self._save_timer.stop()
        self._preferences.set(self._key, self.state())

    def flush(self) -> None:
        """Write what is still waiting to be written."""
        if self._save_timer.isActive():
            self.save()

    def _read(self) -> None:
        self._take(self._preferences.get(self._key, None))

    def _take(self, saved: Any) -> None:
        if not isinstance(saved, Mapping):
            return
        known = [column.key for column in self._columns]
        order = saved.get("order")
        if isinstance(order, list):
            kept = [key for key in dict.fromkeys(filter(_is_text, order)) if key in known]
            # Columns that a newer version brought take their place behind the one they follow there.
            for place, key in enumerate(known):
                if key not in kept:
                    kept.insert(kept.index(known[place - 1]) + 1 if place else 0, key)
            self._order = kept
        hidden = saved.get("hidden")
        if isinstance(hidden, list):
            self._hidden = {column.key for column in self._columns if column.key in hidden and not column.fixed}
        widths = saved.get("widths")
        if isinstance(widths, Mapping):
            for key, width in widths.items():
                if key in self._widths and isinstance(width, int) and NARROWEST <= width <= 2_000:
                    self._widths[key] = width

    def _scale(self) -> float:
        """Widths are remembered for text of the normal size: larger text gets wider columns."""
        return max(1.0, self._view.fontMetrics().height() / NORMAL_LINE)

    def _section(self, key: str) -> int:
        return next(number for number, column in enumerate(self._columns) if column.key == key)

    def _changed(self) -> None:
        self.apply()
        self._save_timer.start(SAVE_AFTER_MS)
        self.changed.emit()

    def _on_moved(self, _section: int, _old: int, _new: int) -> None:
        if self._applying or self._compact:
            return
        header = self._view.horizontalHeader()
        self._order = [self._columns[header.logicalIndex(place)].key for place in range(len(self._columns))]
        self._save_timer.start(SAVE_AFTER_MS)
        self.changed.emit()

    def _on_resized(self, section: int, _old: int, width: int) -> None:
        header = self._view.horizontalHeader()
        last_shown = next(
            (header.logicalIndex(place) for place in range(header.count() - 1, -1, -1)
             if not header.isSectionHidden(header.logicalIndex(place))),
            -1,
        )  # fmt: skip
        # The last one fills what is left of the window: that width is nobody's wish.
        if self._applying or self._compact or width == 0 or section == last_shown:
            return
        self._widths[self._columns[section].key] = round(width / self._scale())
        self._save_timer.start(SAVE_AFTER_MS)
        self.changed.emit()


def _is_text(value: object) -> bool:
    return isinstance(value, str)
