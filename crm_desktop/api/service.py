"""Who is signed in, and taking back what was done."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from crm_desktop.access import capabilities
from crm_desktop.access.accounts import UserRow, current_user
from crm_desktop.access.capabilities import Capabilities
from crm_desktop.audit.undo import UndoResult, undo_transaction

from .documented import PROBLEMS, Signed
from .shapes import model_of
from .writing import wrote

router = APIRouter(tags=["Service"], responses=PROBLEMS)
Person = model_of(UserRow, "Person")
Rights = model_of(Capabilities, "Rights")


@router.get("/me", response_model=Person)
def me(signed: Signed) -> UserRow:
    """The person signed in."""
    with signed.session() as session:
        return current_user(session)


@router.get("/me/rights", response_model=Rights)
def my_rights(signed: Signed) -> Any:
    """What the database lets the person signed in do."""
    with signed.session() as session:
        return asdict(capabilities.read(session))


@router.post("/undo/{transaction}", response_model=model_of(UndoResult, "Undone"))
def undo(transaction: Annotated[int, Path(ge=1, lt=2**63)], signed: Signed, response: Response) -> UndoResult:
    """Takes back what a request did: `transaction` is what its CRM-Transaction said. What was changed since is kept."""
    with signed.session() as session:
        result = undo_transaction(session, transaction)
        wrote(response, session)
    return result
