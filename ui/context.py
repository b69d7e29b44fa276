"""What a signed-in screen is given: its collaborators, passed in, never looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm_desktop.access.accounts import UserRow
    from crm_desktop.access.capabilities import Capabilities
    from crm_desktop.database.engine import Database
    from crm_desktop.settings import Preferences, Profile
    from ui.attachments.opened_files import OpenedFiles
    from ui.drafts import Drafts
    from ui.notices import Notices
    from ui.operations import Operations
    from ui.theme import Theme
    from ui.undo_history import UndoHistory


@dataclass(frozen=True)
class Signed:
    """One person signed in to one database."""

    database: Database
    operations: Operations
    notices: Notices
    drafts: Drafts
    undo: UndoHistory
    opened_files: OpenedFiles
    user: UserRow
    capabilities: Capabilities
    preferences: Preferences
    theme: Theme
    profile: Profile
    sign_out: Callable[[], None]
    lock: Callable[[], None]
    open_settings: Callable[..., None]  # page: the title of the one to begin with
    change_password: Callable[[], None]
    show_shortcuts: Callable[[], None]
