"""Interactions: those of a customer, and changing them. Each is written in one's own name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from crm_desktop.customers.queries import customer_card
from crm_desktop.interactions import actions
from crm_desktop.interactions.listed import SOURCE
from crm_desktop.interactions.queries import interaction, interactions_of
from crm_desktop.interactions.rows import InteractionDetails
from crm_desktop.interactions.validation import InteractionInput

from . import lists
from .documented import PROBLEMS, Signed
from .shapes import Interaction, page_of
from .writing import (
    Body,
    Version,
    added,
    as_input,
    body_of,
    hold,
    if_match,
    not_added_before,
    saved,
    seen_version,
    tagged,
    unchanged,
    wrote,
)

router = APIRouter(tags=["Interactions"], responses=PROBLEMS)
NewInteraction = body_of(InteractionInput, "NewInteraction", without=("customer_id",), id=(UUID | None, None))
ChangedInteraction = body_of(InteractionInput, "ChangedInteraction", without=("customer_id",), version=(Version, None))
OF_CUSTOMER = "/customers/{customer_id}/interactions"


@router.get(OF_CUSTOMER, response_model=page_of(Interaction), openapi_extra=lists.parameters(SOURCE))
def list_interactions(customer_id: UUID, request: Request, signed: Signed) -> Any:
    """A customer's interactions, the latest first unless sorted otherwise."""
    only = {"field": "customer_id", "operator": "is", "value": str(customer_id)}
    with signed.session() as session:
        customer_card(session, customer_id)

        def details(_: Connection, ids: list[UUID]) -> list[InteractionDetails]:
            return interactions_of(session, ids)

        return lists.page(request, session, SOURCE, only=only, rows=details)


@router.get("/interactions/{interaction_id}", response_model=Interaction)
def get_interaction(interaction_id: UUID, signed: Signed, response: Response) -> InteractionDetails:
    """One interaction."""
    with signed.session() as session:
        return tagged(response, interaction(session, interaction_id))


@router.post(OF_CUSTOMER, response_model=Interaction, status_code=201)
def add_interaction(
    customer_id: UUID,
    given: NewInteraction,  # type: ignore[valid-type]
    request: Request,
    signed: Signed,
    response: Response,
) -> InteractionDetails:
    """Writes an interaction down; under the `id` in the body, where one is given, so that sending it twice adds one."""
    body: Any = given
    made = InteractionInput(customer_id, **body.values(InteractionInput))
    with signed.session() as session:
        customer_card(session, customer_id)
        not_added_before(session, SOURCE.table, body.id)
        identity = actions.log_interaction(session, made, body.id)
        found = interaction(session, identity)
        return added(request, response, session, found, "get_interaction", interaction_id=identity)


@router.put("/interactions/{interaction_id}", response_model=Interaction)
def change_interaction(
    interaction_id: UUID,
    given: ChangedInteraction,  # type: ignore[valid-type]
    request: Request,
    signed: Signed,
    response: Response,
) -> InteractionDetails:
    """Changes the fields that the body names; the others stay. Its author, whoever follows it up and admins may."""
    body: Body = given
    version = seen_version(request, body)
    with signed.session() as session:
        held = unchanged(interaction(session, interaction_id), version)
        wanted = replace(as_input(InteractionInput, held), **body.values(InteractionInput))
        actions.edit_interaction(session, interaction_id, version, wanted)
        return saved(response, session, interaction(session, interaction_id))


@router.delete("/interactions/{interaction_id}", status_code=204)
def delete_interaction(interaction_id: UUID, request: Request, signed: Signed, response: Response) -> None:
    """Deletes an interaction: its author and administrators may."""
    with signed.session() as session:
        hold(session, SOURCE.table, interaction_id)
        unchanged(interaction(session, interaction_id), if_match(request))
        actions.delete_interaction(session, interaction_id)
        wrote(response, session)
