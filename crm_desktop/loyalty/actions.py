"""Points: enrolling, earning, redeeming, correcting. Nothing here commits.

Balance, totals and tier follow what is booked: the database keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Table, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm_desktop.errors import CrmError, InvalidInput
from crm_desktop.listing.folding import storable

from .models import LedgerEntry, LoyaltyAccount

LARGEST = 10**12
_ledger: Table = LedgerEntry.__table__  # type: ignore[assignment]
_accounts: Table = LoyaltyAccount.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Booking:
    """An entry to be made. `points` is what it adds to the balance; under the same `id` it is made once.

    `kind`: what is earned counts for the tier, what is redeemed leaves it alone. An adjustment corrects a mistake, up
    or down, and counts; so does the opening balance from before there was a ledger: once, and before anything else.
    """

    kind: str
    points: int
    reason: str = ""
    contact_id: UUID | None = None
    order_id: UUID | None = None
    id: UUID | None = None


def enrol(session: Session, customer_id: UUID) -> UUID:
    """Opens a loyalty account where the customer has none; returns its id. NotFound when the customer is gone."""
    account_id: UUID = session.execute(select(func.crm.enrol_customer(customer_id))).scalar_one()
    return account_id


def book(session: Session, account_id: UUID, booking: Booking) -> bool:
    """Writes an entry; InvalidInput, by field, when it cannot be. False when this booking has been written before."""
    return _write(session, account_id, checked(booking))


def checked(booking: Booking) -> Booking:
    """The booking as it is written; InvalidInput, by field, when it cannot be."""
    faults = {}
    if booking.kind == "adjust":
        if booking.points == 0 or abs(booking.points) > LARGEST:
            faults["points"] = "Enter how many points to add or, with a minus, to take off."
        if not booking.reason.strip():
            faults["reason"] = "Say why: the ledger is never changed, only corrected."
    elif not 0 < (-booking.points if booking.kind == "redeem" else booking.points) <= LARGEST:
        faults["points"] = "Enter a number of points above zero."
    if faults:
        raise InvalidInput(faults)
    return Booking(
        booking.kind, booking.points, storable(booking.reason).strip(), booking.contact_id, booking.order_id, booking.id
    )


def take_back(session: Session, account_id: UUID, booking_id: UUID) -> None:
    """The opposite of an entry, once: of what was redeemed as redeemed, so that it does not count for the tier, of
    everything else as an adjustment. CrmError when the account does not allow it any more."""
    statement = select(_ledger).where(_ledger.c.booking_id == booking_id, _ledger.c.user_id == account_id)
    entry = session.execute(statement).one_or_none()
    if entry is None:
        raise CrmError("This entry is not there any more.")
    reason = f"Taken back: {entry.reason}" if entry.reason else "Taken back"
    # The same id for each try, so that it is taken back once whoever presses Undo, and however often.
    identity = UUID(int=booking_id.int ^ 1)
    try:
        kind = "redeem" if entry.kind == "redeem" else "adjust"
        _write(session, account_id, Booking(kind, -entry.points, reason, entry.contact_id, id=identity))
    except InvalidInput as error:
        raise CrmError("The points have been used meanwhile.", hint=error.fields.get("points", "")) from error


def _write(session: Session, account_id: UUID, clean: Booking) -> bool:
    if clean.points < 0:
        balance = session.execute(
            select(_accounts.c.points_balance).where(_accounts.c.user_id == account_id)
        ).scalar_one_or_none()
        if balance is not None and balance + clean.points < 0 and not _is_booked(session, clean.id):
            raise InvalidInput({"points": f"There are not enough points: the balance is {balance:,}."})
    values = {
        "user_id": account_id, "kind": clean.kind, "points": clean.points, "reason": clean.reason,
        "order_id": clean.order_id, "contact_id": clean.contact_id, "booking_id": clean.id,
    }  # fmt: skip
    booking_id = _ledger.c.booking_id
    written = (
        insert(_ledger)
        .values(values)
        .on_conflict_do_nothing(index_elements=[booking_id], index_where=booking_id.is_not(None))
        .returning(_ledger.c.id)
    )
    return session.execute(written).one_or_none() is not None


def _is_booked(session: Session, booking_id: UUID | None) -> bool:
    if booking_id is None:
        return False
    found = select(_ledger.c.id).where(_ledger.c.booking_id == booking_id)
    return session.execute(found).one_or_none() is not None
