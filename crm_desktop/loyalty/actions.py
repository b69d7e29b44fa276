"""Points: enrolling, earning, redeeming, correcting. Nothing here commits; the database keeps balance and tier."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from crm_desktop.errors import InvalidInput
from crm_desktop.loyalty.models import LedgerEntry

_LARGEST = 10**12


def enrol(session: Session, customer_id: UUID) -> UUID:
    """Opens a loyalty account where the customer has none; returns its id. NotFound when the customer is gone."""
    account_id: UUID = session.execute(select(func.crm.enrol_customer(customer_id))).scalar_one()
    return account_id


def earn(session: Session, account_id: UUID, points: int, reason: str = "", *, order_id: UUID | None = None) -> None:
    """Adds points, which count for the tier."""
    _write(session, account_id, "earn", _positive(points), reason, order_id)


def redeem(session: Session, account_id: UUID, points: int, reason: str = "", *, order_id: UUID | None = None) -> None:
    """Takes `points` (a positive number) off the balance; CrmError when there are not enough. The tier stays."""
    _write(session, account_id, "redeem", -_positive(points), reason, order_id)


def expire(session: Session, account_id: UUID, points: int, reason: str = "") -> None:
    """Takes `points` (a positive number) off the balance because they are too old. The tier stays."""
    _write(session, account_id, "expire", -_positive(points), reason, None)


def adjust(session: Session, account_id: UUID, points: int, reason: str) -> None:
    """Corrects a mistake, up or down; counts for the tier. The ledger keeps both the mistake and its correction."""
    if points == 0 or abs(points) > _LARGEST:
        raise InvalidInput({"points": "Enter how many points to add or, with a minus, to take off."})
    if not reason.strip():
        raise InvalidInput({"reason": "Say why: the ledger is never changed, only corrected."})
    _write(session, account_id, "adjust", points, reason, None)


def _positive(points: int) -> int:
    if not 0 < points <= _LARGEST:
        raise InvalidInput({"points": "Enter a number of points above zero."})
    return points


def _write(session: Session, account_id: UUID, kind: str, points: int, reason: str, order_id: UUID | None) -> None:
    values = {"user_id": account_id, "kind": kind, "points": points, "reason": reason.strip(), "order_id": order_id}
    session.execute(insert(LedgerEntry.__table__).values(values))  # type: ignore[arg-type]
