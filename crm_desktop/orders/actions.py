"""Changing orders. Nothing here commits; every save names the version it saw.

An order and its lines are saved as one. The database adds lines up, and counts the order's version when they change.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm_desktop.errors import InvalidInput, NotFound, StaleRow
from crm_desktop.listing.folding import number_key

from .listed import ledger, order_lines, orders
from .numbers import next_number, this_year
from .queries import GONE, lines_of, order
from .rows import OrderLineRow
from .validation import LineInput, OrderInput, validate_order

_TAKEN = "Another order has this number."


def add_order(session: Session, given: OrderInput, order_id: UUID | None = None) -> UUID:
    """Saves a new order with its lines, under `order_id` where it is given; returns its id. A blank number takes the
    next free one, also when somebody else takes that at the same moment. InvalidInput when a field cannot be saved."""
    clean = validate_order(given, new=True)
    identity = order_id or uuid4()
    values = {
        **_values(clean),
        "id": identity,
        "customer_id": clean.customer_id,
        "ordered_at": clean.ordered_at or datetime.now(UTC),
        "total": sum(line.total for line in clean.lines),
    }
    while True:
        number = clean.order_number or next_number(session, this_year())
        statement = insert(orders).values({**values, "order_number": number})
        taken = statement.on_conflict_do_nothing(
            index_elements=["number_key"], index_where=orders.c.number_key != ""
        ).returning(orders.c.id)
        if session.execute(taken).one_or_none() is not None:
            break
        if clean.order_number:
            raise InvalidInput({"order_number": _TAKEN})
    _add_lines(session, identity, list(enumerate(clean.lines, start=1)))
    return identity


def edit_order(session: Session, order_id: UUID, version: int, given: OrderInput) -> int:
    """Saves an order and its lines over the version that was seen; returns the new one. The customer stays.

    StaleRow, with the order as it is now, when somebody else saved it or one of its lines first; NotFound when it is
    gone.
    """
    clean = validate_order(given)
    c = orders.c
    held = session.execute(select(c.version).where(c.id == order_id).with_for_update()).scalar_one_or_none()
    if held is None:
        raise NotFound(GONE, hint="Somebody may have deleted it.")
    if held != version:
        raise StaleRow(theirs=order(session, order_id))
    other = select(c.id).where(c.number_key == number_key(clean.order_number), c.id != order_id)
    if session.execute(other).first() is not None:
        raise InvalidInput({"order_number": _TAKEN})
    values = {**_values(clean), "order_number": clean.order_number}
    if clean.ordered_at is not None:
        values["ordered_at"] = clean.ordered_at
    session.execute(update(orders).where(c.id == order_id).values(values))
    _save_lines(session, order_id, clean.lines)
    new_version: int = session.execute(select(c.version).where(c.id == order_id)).scalar_one()
    return new_version


def delete_order(session: Session, order_id: UUID) -> None:
    """Deletes an order with its lines. The database takes the points back that it earned."""
    if session.execute(delete(orders).where(orders.c.id == order_id).returning(orders.c.id)).one_or_none() is None:
        raise NotFound(GONE, hint="Somebody may have deleted it.")


def set_status(session: Session, order_id: UUID, version: int, status: str) -> int:
    """Changes nothing but the status; returns the new version. StaleRow when somebody else saved first."""
    statement = (
        update(orders)
        .where(orders.c.id == order_id, orders.c.version == version)
        .values(status=status)
        .returning(orders.c.version)
    )
    new_version: int | None = session.execute(statement).scalar_one_or_none()
    if new_version is None:
        raise StaleRow(theirs=order(session, order_id))
    return new_version


def settle_points(session: Session, order_id: UUID) -> int:
    """Books now what the order earns by what this transaction has done to it, and not only when it commits.

    Returns how much that was: below nothing when points were taken back.
    """
    session.execute(text("SET CONSTRAINTS crm.settle IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS crm.settle DEFERRED"))
    c = ledger.c
    statement = select(func.coalesce(func.sum(c.points), 0)).where(c.order_id == order_id, c.created_at == func.now())
    return int(session.execute(statement).scalar_one())


def _save_lines(session: Session, order_id: UUID, wanted: tuple[LineInput, ...]) -> None:
    """One statement each for what goes, what changes and what comes."""
    c = order_lines.c
    held = {line.id: (place, line) for place, line in enumerate(lines_of(session, order_id), start=1)}
    gone = held.keys() - {line.id for line in wanted}
    if gone:
        session.execute(delete(order_lines).where(c.order_id == order_id, c.id.in_(gone)))
    placed = list(enumerate(wanted, start=1))
    changed = [
        {"line": line.id, **_line_values(line, place)}
        for place, line in placed
        if line.id in held and (place != held[line.id][0] or _differs(line, held[line.id][1]))
    ]
    if changed:
        columns: dict[str, Any] = {name: bindparam(name) for name in changed[0] if name != "line"}
        session.connection().execute(update(order_lines).where(c.id == bindparam("line")).values(columns), changed)
    _add_lines(session, order_id, [(place, line) for place, line in placed if line.id not in held])


def _add_lines(session: Session, order_id: UUID, placed: list[tuple[int, LineInput]]) -> None:
    rows = [{"id": line.id, "order_id": order_id, **_line_values(line, place)} for place, line in placed]
    if rows:
        session.execute(insert(order_lines).values(rows))


def _line_values(line: LineInput, place: int) -> dict[str, Any]:
    return {
        "position": place,
        "product_id": line.product_id,
        "description": line.description,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "discount_percent": line.discount_percent,
    }


def _differs(line: LineInput, held: OrderLineRow) -> bool:
    mine = (line.product_id, line.description, line.quantity, line.unit_price, line.discount_percent)
    return mine != (held.product_id, held.description, held.quantity, held.unit_price, held.discount_percent)


def _values(clean: OrderInput) -> dict[str, Any]:
    return {
        "contact_id": clean.contact_id,
        "status": clean.status,
        "currency": clean.currency,
        "notes": clean.notes or None,
    }
