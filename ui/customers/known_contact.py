"""Warns, without blocking, when an email address or phone number already belongs to somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from crm_desktop.customers.known import Known, who_has
from crm_desktop.customers.phones import read_phone
from crm_desktop.listing.folding import fold
from ui.customers.look_up import LookUp
from ui.forms.form import Form

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.forms.record_dialog import RecordDialog


Offer = tuple[str, Callable[[], None]]
"""What a link says, and what it does."""
EMAILS, PHONES = ("email", "other_emails"), ("phone", "other_phones")


@dataclass(frozen=True)
class Typed:
    """The values of each field, phone numbers as they would be kept."""

    emails: tuple[tuple[str, ...], ...]
    phones: tuple[tuple[str, ...], ...]


class KnownContact(LookUp):
    """For the dialog of a customer, or of a contact of `own_customer`: a company and its people share values."""

    fields = (*EMAILS, *PHONES)

    def __init__(
        self,
        context: Signed,
        dialog: RecordDialog,
        form: Form,
        *,
        country: Callable[[], str],
        own_customer: UUID | None = None,
        offer: Callable[[Known], Offer | None] = lambda _known: None,
    ) -> None:
        """`offer` may say something better to do about somebody who is known than to look at the card."""
        super().__init__(context, dialog, form)
        self._country = country
        self._own_customer = own_customer
        self._offer = offer

    def question(self) -> Typed | None:
        values, country = self._form.values(), self._country()
        typed = Typed(
            tuple(_texts(values[name]) for name in EMAILS),
            tuple(tuple(read_phone(text, country).text for text in _texts(values[name])) for name in PHONES),
        )
        return typed if any((*typed.emails, *typed.phones)) else None

    def ask(self, session: Session, question: Typed, own: UUID | None) -> list[Known]:
        company = self._own_customer
        excepted = (
            {"except_customer": own, "except_contacts_of": own}
            if company is None
            else {"except_customer": company, "except_contact": own}
        )
        return who_has(session, sum(question.emails, ()), sum(question.phones, ()), **excepted)

    def show_found(self, question: Typed | None, found: Sequence[Known]) -> None:
        if question is None:
            return
        for name, words, known in _by_field(question, found):
            self._warn(name, known, words)

    def sentence(self, question: Typed, found: Sequence[Known]) -> tuple[str, UUID, str]:
        words, known = next((words, known) for _name, words, known in _by_field(question, found) if known)
        return f"{words} {_names(known)}.", known[0].customer_id, known[0].customer_name

    def _warn(self, name: str, known: Sequence[Known], words: str) -> None:
        field = self._form[name]
        if field.tone == "error":
            return
        if not known:
            field.clear_message()
            return
        first = known[0]
        look = f"Open {first.customer_name}", lambda: self.open(first.customer_id)
        field.say(f"{words} {_names(known)}.", "warning", *(self._offer(first) or look))


def _by_field(typed: Typed, found: Sequence[Known]) -> Iterator[tuple[str, str, list[Known]]]:
    """For each field what there is to say, and of whom."""
    for name, texts in zip(EMAILS, typed.emails, strict=True):
        folded = {fold(text.strip()) for text in texts}
        yield name, "This address already belongs to", [each for each in found if each.emails & folded]
    for name, numbers in zip(PHONES, typed.phones, strict=True):
        yield name, "This number already belongs to", [each for each in found if each.phones.intersection(numbers)]


def _names(known: Sequence[Known]) -> str:
    others = f" and {len(known) - 1} more" if len(known) > 1 else ""
    return f"{known[0].name}{others}"


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) and value else tuple(value)
