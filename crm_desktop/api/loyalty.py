"""A customer's loyalty account: what there is, enrolling, and entries of the ledger."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID, uuid5

from fastapi import APIRouter, Header, Query, Response
from pydantic import StrictInt
from sqlalchemy.orm import Session

from crm_desktop.customers.queries import customer_card
from crm_desktop.database.engine import Database
from crm_desktop.errors import InvalidInput
from crm_desktop.loyalty import actions
from crm_desktop.loyalty.actions import Booking
from crm_desktop.loyalty.queries import FIRST_ENTRIES, account_card, account_of, booked
from crm_desktop.loyalty.rows import AccountCard

from .documented import PROBLEMS, Signed
from .problems import Unmet
from .shapes import model_of
from .writing import Body, wrote

router = APIRouter(prefix="/customers/{customer_id}/loyalty", tags=["Loyalty"], responses=PROBLEMS)
LoyaltyAccount = model_of(AccountCard, "LoyaltyAccount")
MOST_ENTRIES, LONGEST_KEY = 500, 255


class NewEntry(Body):
    """An entry of the ledger. `points` are above zero; an adjustment takes some off with a minus, and says why."""

    kind: Literal["earn", "redeem", "adjust"]
    points: StrictInt
    reason: str = ""
    order_id: UUID | None = None
    contact_id: UUID | None = None

    def booking(self, identity: UUID) -> Booking:
        points = -self.points if self.kind == "redeem" else self.points
        return Booking(self.kind, points, self.reason, self.contact_id, self.order_id, identity)


@router.get("", response_model=LoyaltyAccount)
def get_account(
    customer_id: UUID, signed: Signed, entries: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = FIRST_ENTRIES
) -> AccountCard:
    """Balance, tier and what comes next, the newest entries of the ledger, tier changes, points that expire."""
    with signed.session() as session:
        return _card(session, customer_id, entries)


@router.post("", response_model=LoyaltyAccount)
def enrol(customer_id: UUID, signed: Signed, response: Response) -> AccountCard:
    """Opens an account for a customer who has none."""
    with signed.session() as session:
        new = account_card(session, customer_id, 1) is None
        actions.enrol(session, customer_id)
        card = _card(session, customer_id)
        wrote(response, session)
    response.status_code = 201 if new else 200
    return card


@router.post("/entries", response_model=LoyaltyAccount, status_code=201)
def add_entry(
    customer_id: UUID,
    given: NewEntry,
    signed: Signed,
    response: Response,
    idempotency_key: Annotated[
        str, Header(description="Of the client's choice: under one key an entry is made once.")
    ] = "",
) -> AccountCard:
    """Earns, redeems or corrects points. 201 when the entry was made now, 200 when it had been made before."""
    if not 0 < len(idempotency_key) <= LONGEST_KEY:
        raise Unmet(
            HTTPStatus.BAD_REQUEST,
            "An entry needs an Idempotency-Key.",
            hint="Send a header with a text that is new for each entry, and the same when you send that entry again.",
        )
    card, new = _book(signed, customer_id, given, idempotency_key, response)
    response.status_code = 201 if new else 200
    return card


def _book(
    signed: Database, customer_id: UUID, given: NewEntry, key: str, response: Response
) -> tuple[AccountCard, bool]:
    with signed.session() as session:
        account = account_of(session, customer_id)
        booking = given.booking(uuid5(account.id, key))
        new = actions.book(session, account.id, booking)
        assert booking.id is not None
        if not new and booked(session, booking.id) != actions.checked(booking):
            raise InvalidInput({"Idempotency-Key": "Another entry has been made under this key."})
        card = _card(session, customer_id)
        wrote(response, session)
    return card, new


def _card(session: Session, customer_id: UUID, entries: int = FIRST_ENTRIES) -> AccountCard:
    card = account_card(session, customer_id, entries)
    if card is None:
        customer_card(session, customer_id)
        account_of(session, customer_id)  # says that there is none
        raise AssertionError("an account that came while it was asked for")
    return card
