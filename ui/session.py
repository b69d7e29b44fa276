"""One person's time in the main window: lock, idle, live changes, settings, signing out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog

from crm_desktop.drafts.store import DraftStore
from crm_desktop.errors import CrmError
from ui import shortcuts
from ui.attachments.opened_files import OpenedFiles
from ui.chores import Chores
from ui.context import Signed
from ui.drafts import Drafts
from ui.follow_ups.reminders import Reminders
from ui.follow_ups.tray import Tray
from ui.forms.record_dialog import RecordDialog
from ui.live import LiveChanges
from ui.notices import Notices
from ui.operations import Operations
from ui.settings.keys import LOCK_MINUTES, LOCK_MINUTES_KEY
from ui.sign_in import work
from ui.sign_in.change_password import ChangePasswordDialog
from ui.sign_in.idle import IdleWatch
from ui.sign_in.lock import Lock
from ui.sign_in.standing import Standing
from ui.sign_in.unsaved_at_sign_out import ask_at_sign_out
from ui.theme import icon
from ui.undo_history import UndoHistory
from ui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from pathlib import Path

    from crm_desktop.interactions.agenda import AgendaRow
    from crm_desktop.settings import Preferences, Profile
    from ui.main_window import MainWindow
    from ui.tasks import Tasks
    from ui.theme import Theme


class Session(QObject):
    """Built when somebody has signed in, thrown away when they sign out."""

    ended = Signal()

    def __init__(
        self,
        account: work.Account,
        profile: Profile,
        preferences: Preferences,
        theme: Theme,
        tasks: Tasks,
        parent: QObject | None = None,
        *,
        drafts_dir: Path | None = None,
    ) -> None:
        """`drafts_dir`: where drafts are kept; None is beside the preferences."""
        super().__init__(parent)
        self._account = account
        self._preferences = preferences
        self._tasks = tasks
        self._dialog: QDialog | None = None
        self.notices = Notices(self)
        self.operations = Operations(account.database, self)
        self.operations.error.connect(self.notices.crm_error)
        self.live = LiveChanges(account.database, self.operations, self.notices, self)
        self.standing = Standing(account, tasks, self.operations, self.notices, self.sign_out, self)
        self.live.lost.connect(self.standing.look)
        self.drafts_of = f"{work.keychain_name(profile)}|{account.user.id}"
        self.drafts = Drafts(DraftStore(drafts_dir or preferences.folder / "drafts", self.drafts_of), self)
        self.drafts.found.connect(self._offer_drafts)
        self.opened_files = OpenedFiles()
        self.drafts.failed.connect(self._cannot_keep_drafts)
        self.undo = UndoHistory(self.operations, self.notices, self)
        self.context = Signed(
            database=account.database,
            operations=self.operations,
            notices=self.notices,
            drafts=self.drafts,
            opened_files=self.opened_files,
            undo=self.undo,
            user=account.user,
            capabilities=account.capabilities,
            preferences=preferences,
            theme=theme,
            profile=profile,
            sign_out=self.sign_out,
            lock=self.lock,
            open_settings=self.open_settings,
            change_password=self.change_password,
            show_shortcuts=self.show_shortcuts,
        )
        self._lock = Lock(account.user.display_name, self)
        self._lock.submitted.connect(self._try_unlock)
        self._lock.sign_out_asked.connect(self.sign_out)
        self._idle = IdleWatch(float(preferences.get(LOCK_MINUTES_KEY, LOCK_MINUTES)), self)
        self._idle.idle.connect(self.lock)
        self.window = self._make_window()
        self.reminders = self._make_reminders()
        self.chores = Chores(self.context, self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusWindowChanged.connect(self._bind_keys_later)

    def _make_reminders(self) -> Reminders:
        tray = self._tray = Tray(icon("handshake", "accent_text"), self)
        reminders = Reminders(self.context, self.window.watch, tray, lambda: self.is_locked, self)
        tray.clicked.connect(reminders.show_last)
        tray.window_wanted.connect(self._raise)
        tray.follow_ups_wanted.connect(self._show_follow_ups)
        reminders.wanted.connect(self._show_due)
        return reminders

    def _make_window(self) -> MainWindow:
        from ui.main_window import MainWindow

        window = MainWindow(self.context)
        shortcuts.bind(window, "help", self.show_shortcuts)
        shortcuts.bind(window, "settings", self.open_settings)
        shortcuts.bind(window, "lock", self.lock)
        shortcuts.bind(window, "quit", window.close)
        return window

    def start(self) -> None:
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        # The list comes first; the listener can wait for the first rows.
        QTimer.singleShot(300, self, self.live.start)
        QTimer.singleShot(300, self, self.drafts.look)
        self.chores.start()

    def close(self) -> None:
        """Stop everything that belongs to this person."""
        self._idle.stop()
        self.standing.stop()
        self.chores.stop()
        if shiboken6.isValid(self.window):
            self.window.watch.stop()
        self._tray.close()
        self.live.stop()
        self.operations.close()
        self.drafts.close()
        self.opened_files.close()
        self._account.database.close()

    # Reminders

    def _raise(self) -> None:
        if self.window.isMinimized():
            self.window.showNormal()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def _show_follow_ups(self) -> None:
        self._raise()
        if not self.is_locked:
            self.window.show_follow_ups("overdue")

    def _show_due(self, rows: list[AgendaRow]) -> None:
        """What somebody was reminded of: the one, or the agenda where several stand."""
        self._raise()
        if self.is_locked:
            return
        if len(rows) > 1:
            late = any(row.follow_up is not None and row.follow_up < datetime.now(UTC) for row in rows)
            self.window.show_follow_ups("overdue" if late else "today")
            return
        from ui.follow_ups.follow_up_actions import FollowUpActions

        over = QApplication.activeModalWidget() or self.window
        FollowUpActions(self.context, over).open(rows[0])

    # Drafts

    def _offer_drafts(self) -> None:
        from ui.unsaved_work import UnsavedWork, offered

        if offered(self.context):
            self._open(UnsavedWork(self.context, self.window))

    def _cannot_keep_drafts(self, why: str) -> None:
        self.notices.error(f"What you type would not survive a crash of the program: {why}.", "Save often.")

    # Lock

    @property
    def is_locked(self) -> bool:
        return self._lock.is_locked

    def lock(self) -> None:
        self._lock.lock()

    def _bind_keys_later(self, _window: object) -> None:
        QTimer.singleShot(0, self, self._bind_keys)

    def _bind_keys(self) -> None:
        """Keys of the main window do not reach a modal dialog; locking, and the map of keys, work there, too."""
        window = QApplication.activeModalWidget()
        if window is not None and window is not self._lock.dialog and not window.property("binds_keys"):
            window.setProperty("binds_keys", True)
            shortcuts.bind(window, "lock", self.lock)
            shortcuts.bind(window, "help", self.show_shortcuts)

    def _try_unlock(self, password: str) -> None:
        database = self._account.database
        self._tasks.background(
            self,
            lambda _progress: work.check_password(database.target, database.username, password),
            lambda _none: self._unlock(),
            failed=self._lock.refuse,
        )

    def _unlock(self) -> None:
        self._lock.unlock()
        self._idle.touch()

    # Signing out

    def sign_out(self) -> None:
        """Back to the sign-in page. Asks first when a dialog holds what was not saved."""
        dialogs = self._open_dialogs()
        unsaved = [dialog for dialog in dialogs if isinstance(dialog, Dialog) and dialog.is_dirty()]
        records = [dialog for dialog in unsaved if isinstance(dialog, RecordDialog) and dialog.keeps_drafts]
        if unsaved:
            owner = QApplication.activeModalWidget() or self.window
            answer = ask_at_sign_out(owner, can_keep=len(records) == len(unsaved))
            if answer == "stay":
                return
            if answer == "keep":
                for record in records:
                    record.kept.leave_behind()
        self._lock.unlock()
        for dialog in dialogs:
            dialog.done(QDialog.DialogCode.Rejected)
        self.ended.emit()

    def _open_dialogs(self) -> list[QDialog]:
        """The innermost first. The lock's own is not among them."""
        found = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
        return [dialog for dialog in reversed(found) if dialog is not self._lock.dialog]

    # Dialogs of the shell

    def open_settings(self, *, page: str = "") -> None:
        from ui.settings.dialog import SettingsDialog

        changed = self.reminders.settings_changed
        self._open(SettingsDialog(self.context, self.window, idle=self._idle, reminders_changed=changed, page=page))

    def show_shortcuts(self) -> None:
        from ui.shortcuts_dialog import ShortcutsDialog

        over = QApplication.activeModalWidget()
        if not isinstance(over, ShortcutsDialog):
            self._open(ShortcutsDialog(over or self.window))

    def change_password(self) -> None:
        dialog = ChangePasswordDialog(self._account.database.username, self.window)

        def change(current: str, new: str) -> None:
            self._tasks.background(
                dialog,
                lambda _progress: work.change_password(self._account, current, new),
                lambda account: changed(account, new),
                failed=dialog.show_error,
            )

        def changed(account: work.Account, new: str) -> None:
            self._account = account
            dialog.accept()
            self.notices.info("Your password has been changed.")
            profile, username = self.context.profile, account.database.username
            self._tasks.background(
                self, lambda _progress: work.update_remembered(profile, username, new), lambda _none: None
            )

        dialog.submitted.connect(change)
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog = dialog
        dialog.open()


def tell(session: Session, problem: CrmError | None) -> None:
    """Something that went wrong before the main window was there."""
    if problem is not None:
        session.notices.crm_error(problem)
