"""Below the phone field: how the number will be kept, or that it cannot be checked, and then whether to keep it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from crm_desktop.customers.phones import read_phone, readable
from ui.customers.phone_field import PhoneEditor
from ui.forms.editors import LineEditor
from ui.forms.field import RecordField

KEEP = "Keep as written"


class PhonePreview(QObject):
    """Follows the number and the country while they are typed."""

    def __init__(self, field: RecordField, phone: PhoneEditor, country: LineEditor) -> None:
        super().__init__(field)
        self._field = field
        self._phone = phone
        self._country = country
        phone.edited.connect(self.refresh)
        phone.left.connect(self._on_left)
        country.edited.connect(self.refresh)
        country.left.connect(self._on_left)

    def refresh(self) -> None:
        """Show how the number will be kept."""
        text = self._phone.value()
        if not text:
            self._field.set_standing_hint("")
            self._field.clear_message()
            return
        read = read_phone(text, self._country.value())
        if read.checked:
            self._field.set_standing_hint(f"Kept as {readable(read.text)}")
            self._field.clear_message()
        elif self._phone.allowed_unchecked:
            self._field.set_standing_hint("Kept as written, marked “not checked”")
            self._field.clear_message()
        elif self._field.tone != "error":
            self._field.set_standing_hint(
                "Not a complete number yet" if len(text) < 8 else "Cannot be checked as it is"
            )

    def offer_to_keep(self, problem: str) -> None:
        """The number cannot be checked: say why, and offer to keep it."""
        self._field.say(problem, "error", KEEP, self._keep)

    def _keep(self) -> None:
        self._phone.keep_as_written()
        self.refresh()

    def _on_left(self) -> None:
        self.refresh()
        if self._field.tone == "error" and self._field.message_text:
            self.offer_to_keep(self._field.message_text)
