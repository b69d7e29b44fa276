"""Messages to the person: short-lived notices (toasts) and one banner. Screens call Notices, a NoticeArea shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from crm_desktop.errors import CrmError

Action = Callable[[], object]

# A window's property while the lock covers it: what is said meanwhile shows afterwards.
LOCKED = "crm_locked"

# What a banner can be about, the most serious first: only one shows.
ACCOUNT, CONNECTION = "account", "connection"
BANNERS = (ACCOUNT, CONNECTION)


@dataclass(frozen=True, eq=False)
class Notice:
    """`action` is offered as a button with `action_text` while the notice shows. Two of the same words are two."""

    text: str
    hint: str = ""
    is_error: bool = False
    action_text: str = ""
    action: Action | None = None


@dataclass(frozen=True)
class Banner:
    text: str
    tone: str = "warning"
    action_text: str = ""
    action: Action | None = None


class Notices(QObject):
    """The bridge between those who have something to say and the area that shows it; tests listen here too."""

    shown = Signal(object)  # Notice
    withdrawn = Signal(object)  # Notice
    banner_changed = Signal(object)  # Banner | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._banners: dict[str, Banner] = {}

    def info(self, text: str, action_text: str = "", action: Action | None = None) -> None:
        self.show(Notice(text, action_text=action_text, action=action))

    def show(self, notice: Notice) -> None:
        self.shown.emit(notice)

    def withdraw(self, notice: Notice) -> None:
        """What it offers cannot be done any more: if it still shows, it goes."""
        self.withdrawn.emit(notice)

    def saved(self, path: Path, text: str = "") -> None:
        """A file was written: say so, and offer to open its folder."""
        folder = QUrl.fromLocalFile(str(path.parent))
        self.info(text or f"Saved as {path.name}.", "Open folder", lambda: QDesktopServices.openUrl(folder))

    def error(self, text: str, hint: str = "", action_text: str = "", action: Action | None = None) -> None:
        self.show(Notice(text, hint=hint, is_error=True, action_text=action_text, action=action))

    def crm_error(self, error: CrmError) -> None:
        """An expected failure in its own words."""
        self.error(str(error), error.hint)

    @property
    def current_banner(self) -> Banner | None:
        """What is most serious of what there is to say."""
        return next((self._banners[about] for about in BANNERS if about in self._banners), None)

    def banner(
        self,
        text: str,
        *,
        about: str = CONNECTION,
        tone: str = "warning",
        action_text: str = "",
        action: Action | None = None,
    ) -> None:
        """Stays until clear_banner()."""
        self._banners[about] = Banner(text, tone, action_text, action)
        self.banner_changed.emit(self.current_banner)

    def clear_banner(self, about: str = CONNECTION) -> None:
        if self._banners.pop(about, None) is not None:
            self.banner_changed.emit(self.current_banner)
