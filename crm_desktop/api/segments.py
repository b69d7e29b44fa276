"""Segments, and the customers who are in them when they are asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from crm_desktop.customers.listed import SOURCE
from crm_desktop.segments import queries
from crm_desktop.segments.members import in_segment
from crm_desktop.segments.rows import SegmentRow

from . import lists
from .customers import ALIASES
from .documented import PROBLEMS, Signed
from .shapes import ListedCustomer, model_of, page_of

router = APIRouter(prefix="/segments", tags=["Segments"], responses=PROBLEMS)
Segment = model_of(SegmentRow, "Segment")


@router.get("", response_model=page_of(Segment))
def list_segments(signed: Signed) -> Any:
    """All segments, those in use first."""
    with signed.session() as session:
        return {"items": queries.segments(session)}


@router.get("/{segment_id}", response_model=Segment)
def get_segment(segment_id: UUID, signed: Signed) -> SegmentRow:
    """One segment, with its criteria in the filter language."""
    with signed.session() as session:
        return queries.segment(session, segment_id)


@router.get(
    "/{segment_id}/customers", response_model=page_of(ListedCustomer), openapi_extra=lists.parameters(SOURCE, ALIASES)
)
def list_members(segment_id: UUID, request: Request, signed: Signed) -> Any:
    """The customers of a segment; they can be narrowed further, as any list of customers."""
    with signed.session() as session:
        queries.segment(session, segment_id)
        return lists.page(request, session, SOURCE, only=in_segment(segment_id), aliases=ALIASES)
