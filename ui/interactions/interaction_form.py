"""The fields of an interaction, in the order of a phone call."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.forms.editors import Choice, LineEditor, MinutesEditor, TextEditor
from ui.forms.field import RecordField
from ui.forms.form import Form
from ui.forms.responsive_grid import ResponsiveGrid
from ui.interactions.contact_field import ContactChoice
from ui.interactions.follow_up_field import FollowUpField
from ui.interactions.usual_outcomes import UsualOutcomes
from ui.interactions.words import LABELS, PRIORITY_WORDS, STATUS_WORDS, TYPE_WORDS

# Name, letter for Alt, over the whole row.
_ORDER = (
    ("contact_id", "c", True),
    ("type", "t", False),
    ("priority", "p", False),
    ("subject", "b", True),
    ("description", "d", True),
    ("outcome", "o", True),
    ("follow_up", "f", True),
    ("duration", "u", False),
    ("status", "s", False),
    ("assignee_id", "w", False),
)


class InteractionFields(QWidget):
    """Makes the editors, lays them out and adds them to the form.

    The status follows the form until the person chooses one: what was done is completed, what has a follow-up is
    pending until that is done.
    """

    def __init__(self, form: Form, follow_up: FollowUpField) -> None:
        super().__init__()
        self._form = form
        self.type = Choice(list(TYPE_WORDS.items()))
        self.status = Choice(list(STATUS_WORDS.items()))
        self.follow_up = follow_up
        self.assignee = Choice([(None, "Me")])
        self.contact = ContactChoice()
        self._follows = False
        duration = MinutesEditor()
        duration.setPlaceholderText("Minutes")
        editors: dict[str, QWidget] = {
            "contact_id": self.contact,
            "type": self.type,
            "priority": Choice(list(PRIORITY_WORDS.items())),
            "subject": LineEditor(),
            "description": TextEditor(3),
            "outcome": TextEditor(2),
            "follow_up": follow_up,
            "duration": duration,
            "status": self.status,
            "assignee_id": self.assignee,
        }
        self.outcomes = UsualOutcomes(editors["outcome"], self.type.value())  # type: ignore[arg-type]
        grid = ResponsiveGrid()
        for name, letter, whole_row in _ORDER:
            required = name == "subject"
            grid.add(
                form.add(RecordField(name, LABELS[name], editors[name], mnemonic=letter, required=required)),
                whole_row=whole_row,
            )
        self._form["outcome"].add_below(self.outcomes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(grid)
        self.status.edited.connect(self._stop_following)
        self.type.edited.connect(self._follow)
        self.type.currentIndexChanged.connect(lambda _place: self.outcomes.show_for(self.type.value()))
        follow_up.edited.connect(self._follow)

    def let_status_follow(self) -> None:
        """For a new interaction: until the person chooses a status."""
        self._follows = True
        self._follow()

    def expected_status(self) -> str:
        """What the status is unless somebody chooses otherwise."""
        waits = self.type.value() == "follow_up" or self.follow_up.value() is not None
        return "pending" if waits else "completed"

    def _follow(self) -> None:
        if not self._follows:
            return
        self.status.set_value(self.expected_status())
        pending = self.expected_status() == "pending"
        self._form["status"].set_standing_hint("Pending until the follow-up is done." if pending else "")

    def _stop_following(self) -> None:
        self._follows = False
        self._form["status"].set_standing_hint("")
