"""The Loyalty tab: the members, and the programme at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ui.loyalty.members_list import MembersList
from ui.loyalty.programme_view import ProgrammeView
from ui.shell.tabbed_page import Section, TabbedPage

if TYPE_CHECKING:
    from ui.context import Signed

SECTIONS = (Section("Members", MembersList), Section("Programme", ProgrammeView))


class LoyaltyPage(TabbedPage):
    """Members first."""

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(context, "Pages of the loyalty programme", SECTIONS, parent)

    @property
    def members(self) -> MembersList:
        """The list of members."""
        found = self.section(0)
        assert isinstance(found, MembersList)
        return found

    def open_programme(self) -> None:
        """Bring the programme to the top."""
        self.bar.setCurrentIndex(1)
