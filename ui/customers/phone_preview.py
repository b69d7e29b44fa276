"""Below a phone field: how the numbers will be kept, or that they cannot be checked, and then whether to keep them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from crm_desktop.customers.phones import read_phone, readable
from ui.customers.phone_field import Numbers
from ui.forms.editors import LineEditor
from ui.forms.field import RecordField

KEEP = "Keep as written"


class PhonePreview(QObject):
    """Follows the numbers and the country while they are typed. Contacts have no country: theirs is a company's."""

    def __init__(self, field: RecordField, editor: Numbers, country: LineEditor | Callable[[], str]) -> None:
        super().__init__(field)
        self._field = field
        self._editor = editor
        self._country = country.value if isinstance(country, LineEditor) else country
        sources = (editor, country) if isinstance(country, LineEditor) else (editor,)
        for source in sources:
            source.edited.connect(self.refresh)
            source.left.connect(self._on_left)

    def refresh(self) -> None:
        """Show how the numbers will be kept."""
        numbers = self._editor.numbers()
        read = [read_phone(text, self._country()) for text in numbers]
        unchecked = [phone.text for phone in read if not phone.checked]
        if not numbers:
            self._say("")
        elif not unchecked:
            self._say(f"Kept as {', '.join(readable(phone.text) for phone in read)}")
        elif self._editor.agreed().issuperset(unchecked):
            self._say("Kept as written, marked “not checked”")
        elif self._field.tone != "error":
            short = all(len(text) < 8 for text in unchecked)
            self._field.set_standing_hint("Not a complete number yet" if short else "Cannot be checked as it is")

    def offer_to_keep(self, problem: str) -> None:
        """A number cannot be checked: say why, and offer to keep it."""
        self._field.say(problem, "error", KEEP, self._keep)

    def _say(self, text: str) -> None:
        self._field.set_standing_hint(text)
        self._field.clear_message()

    def _keep(self) -> None:
        self._editor.keep_as_written()
        self.refresh()

    def _on_left(self) -> None:
        self.refresh()
        if self._field.tone == "error" and self._field.message_text:
            self.offer_to_keep(self._field.message_text)
