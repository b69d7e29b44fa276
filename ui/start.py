"""From the start to somebody signed in: which page comes when. Owns the start window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from crm_desktop.errors import CrmError
from crm_desktop.settings import Preferences, Profile, ProfileStore
from ui.background import Background
from ui.sign_in import work
from ui.sign_in.opening import Opening
from ui.sign_in.page import SignInPage
from ui.start_window import StartWindow

# Pages that most starts do not show are imported when they are needed.
if TYPE_CHECKING:
    from ui.first_run.connecting import Connecting
    from ui.first_run.setting_up import SettingUp
    from ui.first_run.welcome_page import WelcomePage
    from ui.sign_in.new_password import NewPassword
    from ui.tasks import Tasks
    from ui.warm_up import WarmUp

LOCAL_NAME = "This computer"


def has_database(folder: Path) -> bool:
    """Whether a data folder looks used. LocalServer would know, but costs as much to import as the window to paint."""
    return (folder / "owner.secret").exists() or (folder / "postgres").exists()


class StartFlow(QObject):
    """`store` None: one fixed database (`profile`), nothing to choose."""

    signed_in = Signal(object, object, object)  # work.Account, Profile, CrmError | None to tell

    def __init__(
        self,
        tasks: Tasks,
        warm_up: WarmUp,
        preferences: Preferences,
        data_dir: Path,
        store: ProfileStore | None,
        profile: Profile | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = Background(tasks, warm_up)
        self._preferences = preferences
        self._data_dir = data_dir
        self._store = store
        self._profile = profile
        self._pending: tuple[str, str, bool] | None = None
        self.window = StartWindow()
        self.sign_in_page = SignInPage()
        self.sign_in_page.submitted.connect(self._submit)
        self.sign_in_page.profile_chosen.connect(self._choose)
        self.sign_in_page.connect_asked.connect(self._show_welcome)
        self.sign_in_page.retry_asked.connect(self._open)
        self._opening = Opening(self._background, self.window, self)
        self._opening.said.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        self._opening.succeeded.connect(self._did_open)
        self._opening.failed.connect(self._could_not_open)
        self._opening.ended.connect(self._opening_ended)
        self._opening.cancelled.connect(lambda: self.sign_in_page.set_status(""))
        self._opening.upgrade_left.connect(self._show_sign_in)
        self._welcome: WelcomePage | None = None
        self._setting_up: SettingUp | None = None
        self._connecting: Connecting | None = None
        self._new_password: NewPassword | None = None

    # Start

    def start(self) -> None:
        """Show the first page; what takes time begins after it has been painted."""
        if self._profile is None:
            self._show_welcome()
        elif self._profile.data_dir is not None and not has_database(self._profile.data_dir):
            self._show_admin() if self._store is None else self._show_welcome()
        else:
            self._show_sign_in()
        self.window.show()

    def painted(self) -> None:
        """The window is on screen: open the database while the person types."""
        if self.window.page is self.sign_in_page:
            self._open()
            self._recall()

    def show_again(self) -> None:
        """After signing out."""
        self.sign_in_page.set_signing_in(False)
        self.sign_in_page.clear_password()
        self._show_sign_in()
        self.window.show()
        self.window.raise_()
        if self._opening.opened is None:
            self._open()

    def close(self) -> None:
        self._opening.close()

    @property
    def target(self) -> work.Opened | None:
        return self._opening.opened

    # Opening the database

    def _open(self) -> None:
        profile = self._profile
        if profile is None:
            return
        is_local = profile.kind == "local"
        self.sign_in_page.clear_error()
        self.sign_in_page.set_status("Starting the database…" if is_local else "", busy=is_local)
        self._opening.open(profile)

    def _show_progress(self, text: str) -> None:
        if self._opening.is_running:
            self.sign_in_page.set_status(f"{text}…", busy=True)
        if self._setting_up is not None:
            self._setting_up.report(f"{text}…")

    def _did_open(self) -> None:
        opened = self._opening.opened
        if opened is not None and opened.needs_admin and self.window.page is self.sign_in_page:
            self._show_admin()
        self._go_on()

    def _could_not_open(self, error: CrmError) -> None:
        if self._setting_up is not None and self._setting_up.waits:
            self._setting_up.fail(error)
            return
        self._pending = None
        self.sign_in_page.set_signing_in(False)
        self.sign_in_page.show_error(error, can_retry=True)

    def _opening_ended(self) -> None:
        opened = self._opening.opened
        copy = opened.copy if opened is not None else None
        self.sign_in_page.set_status(f"The database was upgraded. A copy from before is {copy}." if copy else "")
        if opened is None and self._pending is not None:
            self._pending = None
            self.sign_in_page.set_signing_in(False)

    def _go_on(self) -> None:
        """What was asked for while the database was being opened."""
        if self._setting_up is not None and self._setting_up.waits:
            self._create_admin()
        elif self._pending is not None:
            self._sign_in(*self._pending)

    # Signing in

    def _show_sign_in(self) -> None:
        assert self._profile is not None
        profiles = self._store.load() if self._store is not None else [self._profile]
        page = self.sign_in_page
        page.set_profiles(profiles or [self._profile], self._profile)
        page.set_connect_offered(self._store is not None)
        page.fill(self._profile.username or self._preferences.get("last_username", ""))
        self.window.show_page(page)

    def _recall(self) -> None:
        """Fill in what the keychain remembers."""
        profile = self._profile
        if profile is None:
            return
        if not profile.username:
            profile = Profile(
                profile.name,
                profile.kind,
                profile.data_dir,
                profile.target,
                self._preferences.get("last_username", ""),
            )

        def fill(found: work.Remembered) -> None:
            self.sign_in_page.set_remember_offered(
                found.offered, "" if found.offered else "This computer has no keychain to keep passwords in."
            )
            self.sign_in_page.fill(found.username, found.password, remember=bool(found.password))

        self._background.run(self, lambda _progress: work.remembered(profile), fill, needs="keyring")

    def _choose(self, profile: Profile) -> None:
        self._profile = profile
        self._pending = None
        self.sign_in_page.username.clear()
        self.sign_in_page.clear_password()
        self.sign_in_page.fill(profile.username)
        self._open()
        self._recall()

    def _submit(self, username: str, password: str, remember: bool) -> None:
        self.sign_in_page.set_signing_in(True)
        self._pending = (username, password, remember)
        if self._opening.opened is not None:
            self._sign_in(*self._pending)
        elif not self._opening.is_running:
            self._open()

    def _sign_in(self, username: str, password: str, remember: bool) -> None:
        opened, profile = self._opening.opened, self._profile
        assert opened is not None
        assert profile is not None
        self._pending = None
        self.sign_in_page.set_status("Signing in…", busy=True)
        handle = self._background.run(
            self,
            lambda _progress: work.sign_in(opened.target, username, password),
            lambda account: self._did_sign_in(account, profile, password, remember),
            failed=self.sign_in_page.show_error,
        )
        handle.finished.connect(self._sign_in_ended)

    def _sign_in_ended(self) -> None:
        self.sign_in_page.set_status("")
        self.sign_in_page.set_signing_in(False)
        if self.sign_in_page.message.text:
            self.sign_in_page.password.setFocus()

    def _did_sign_in(self, account: work.Account, profile: Profile, password: str, remember: bool) -> None:
        username = account.database.username
        self._preferences.set("last_username", username)
        if self._store is not None:
            self._store.use(profile, username)
        if self.sign_in_page.remember_offered:
            self._background.run(
                self, lambda _progress: work.remember(profile, username, password, remember), lambda _none: None
            )
        self.sign_in_page.clear_password()
        if account.user.must_change_password:
            self._ask_for_new_password(account, profile, password)
        else:
            self.signed_in.emit(account, profile, None)

    # A password chosen by an administrator

    def _ask_for_new_password(self, account: work.Account, profile: Profile, current: str) -> None:
        from ui.sign_in.new_password import NewPassword

        self._new_password = NewPassword(self._background, self.window, account, current, self)
        self._new_password.changed.connect(lambda changed, new: self._did_change_password(changed, profile, new))
        self._new_password.refused.connect(self._did_refuse)

    def _did_change_password(self, account: work.Account, profile: Profile, new: str) -> None:
        if self.sign_in_page.remember.isChecked():
            username = account.database.username
            self._background.run(
                self, lambda _progress: work.remember(profile, username, new, True), lambda _none: None
            )
        self._end_new_password()
        self.signed_in.emit(account, profile, None)

    def _did_refuse(self) -> None:
        self._end_new_password()
        self._show_sign_in()

    def _end_new_password(self) -> None:
        if self._new_password is not None:
            self.window.show_page(self.sign_in_page)
            self._new_password.close()
            self._new_password = None

    # First run

    def _show_welcome(self) -> None:
        from ui.first_run.welcome_page import WelcomePage

        if self._welcome is None:
            self._welcome = WelcomePage(self._data_dir)
            self._welcome.this_computer.connect(self._use_this_computer)
            self._welcome.company_server.connect(self._show_connection)
            self._welcome.back.connect(self._show_sign_in)
        self._welcome.set_back_offered(bool(self._store is not None and self._store.load()))
        self.window.show_page(self._welcome)

    def _use_this_computer(self) -> None:
        self._profile = Profile(LOCAL_NAME, "local", self._data_dir)
        if has_database(self._data_dir):
            if self._store is not None:
                self._store.save(self._profile)
            self._show_sign_in()
        else:
            self._show_admin()
        self._open()

    def _show_admin(self) -> None:
        from ui.first_run.setting_up import SettingUp

        if self._setting_up is None:
            self._setting_up = SettingUp(self._background, self.window, self._opening.said.emit, self)
            self._setting_up.back.connect(self._show_welcome)
            self._setting_up.wanted.connect(self._set_up)
            self._setting_up.created.connect(self._did_create)
            self._setting_up.finished.connect(self.signed_in)
        self._setting_up.show(can_go_back=self._store is not None)

    def _set_up(self) -> None:
        if self._opening.opened is not None:
            self._create_admin()
        elif not self._opening.is_running:
            self._open()

    def _create_admin(self) -> None:
        profile, opened = self._profile, self._opening.opened
        assert self._setting_up is not None
        assert profile is not None
        assert opened is not None
        self._setting_up.create(self._opening.server(profile), opened, profile)

    def _did_create(self, account: work.Account, profile: Profile) -> None:
        self._preferences.set("last_username", account.database.username)
        if self._store is not None:
            self._store.use(profile, account.database.username)
        self.sign_in_page.username.setText(account.database.username)

    # A company server

    def _show_connection(self) -> None:
        from ui.first_run.connecting import Connecting

        if self._connecting is None:
            self._connecting = Connecting(self._background, self.window, self._store, self)
            self._connecting.back.connect(self._show_welcome)
            self._connecting.saved.connect(self._connect)
        self._connecting.show()

    def _connect(self, profile: Profile, username: str, password: str) -> None:
        self._profile = profile
        self.sign_in_page.username.setText(username)
        self.sign_in_page.password.setText(password)
        self._show_sign_in()
        self._open()
        self._recall()
