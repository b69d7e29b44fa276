"""Reading duplicates: the last scan, its pairs page by page, and what was decided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from .rows import CutGroup, Decision, PairRow, Partner, Scan, Side

LOWEST_SCORE = 55
USUAL_SCORE = 70
CHANGED_AT_MOST = 10_000
STATES = ("open", "later", "different")

_SCAN = text(
    """
    select s.*, coalesce(u.display_name, '') as by, crm.changed_since_scan(:most) as changed
      from crm.duplicate_scans s left join crm.users u on u.id = s.scanned_by
     order by s.id desc limit 1
    """
)
_OPEN = """
    from crm.duplicate_pairs p
   where p.score >= :minimum
     and not exists (
         select from crm.duplicate_decisions d where (d.first_id, d.second_id) = (p.first_id, p.second_id)
     )
"""
# What was decided stays in its list whether or not a scan still finds it.
_DECIDED = """
    from crm.duplicate_decisions d left join crm.duplicate_pairs p using (first_id, second_id)
   where d.decision = :state
"""
_SIDE = """
    {t}.id, coalesce(nullif({t}.contact_name, ''), {t}.company_name, ''), coalesce({t}.company_name, ''),
    coalesce({t}.customer_type, ''), coalesce({t}.status, ''), coalesce({t}.email, ''), coalesce({t}.phone, ''),
    concat_ws(', ', nullif({t}.city, ''), nullif({t}.country, '')), {t}.created_at, {t}.last_contact,
    (select count(*) from crm.customer_interactions i where i.customer_id = {t}.id)
"""
_PAGE = f"""
    with page as materialized ({{page}})
    select page.score, page.reasons, page.decision, page.reason, coalesce(u.display_name, ''), page.decided_at,
           {_SIDE.format(t="a")}, {_SIDE.format(t="b")}
      from page
      join crm.customers a on a.id = page.first_id
      join crm.customers b on b.id = page.second_id
      left join crm.users u on u.id = page.decided_by
     order by coalesce(page.score, 0) desc, page.first_id, page.second_id
"""
_AFTER = "and (-coalesce(p.score, 0), {t}.first_id, {t}.second_id) > (-cast(:score as int), :first, :second)"
_OPEN_PAGE = f"""
    select p.first_id, p.second_id, p.score, p.reasons, null as decision, '' as reason, null::uuid as decided_by,
           null::timestamptz as decided_at
    {_OPEN} {{after}}
    order by p.score desc, p.first_id, p.second_id limit :most
"""
_PARTNERS = f"""
    select c.id, coalesce(nullif(c.contact_name, ''), c.company_name, ''), s.score, s.reasons
      from (
          select case when p.first_id = :customer then p.second_id else p.first_id end as id, p.score, p.reasons
          {_OPEN} and :customer in (p.first_id, p.second_id)
      ) s join crm.customers c on c.id = s.id
     order by s.score desc, c.id limit :most
"""
_DECIDED_PAGE = f"""
    select d.first_id, d.second_id, p.score, p.reasons, d.decision, d.reason, d.decided_by, d.created_at as decided_at
    {_DECIDED} {{after}}
    order by coalesce(p.score, 0) desc, d.first_id, d.second_id limit :most
"""


def last_scan(session: Session) -> Scan | None:
    """How the pairs that are there now were found; None when nobody has looked yet."""
    row = session.execute(_SCAN, {"most": CHANGED_AT_MOST}).mappings().one_or_none()
    if row is None:
        return None
    return Scan(
        row["started_at"],
        row["finished_at"],
        row["by"],
        row["customers"],
        row["compared"],
        row["found"],
        row["groups_cut"],
        tuple(CutGroup(each["size"], each["example"] or "") for each in row["examples_cut"]),
        row["changed"],
        CHANGED_AT_MOST,
    )


def pair_count(session: Session, state: str = "open", minimum: int = USUAL_SCORE) -> int:
    """How many pairs a list holds. `minimum` matters for those that are still open."""
    query = f"select count(*) {_OPEN if state == 'open' else _DECIDED}"
    count: int = session.execute(text(query), {"minimum": minimum, "state": state}).scalar_one()
    return count


def pairs(
    session: Session,
    state: str = "open",
    minimum: int = USUAL_SCORE,
    *,
    after: PairRow | None = None,
    most: int = 25,
) -> list[PairRow]:
    """A page of a list, the likeliest first; the next one begins after the last pair of this one."""
    asked: dict[str, Any] = {"minimum": minimum, "state": state, "most": most}
    condition = ""
    if after is not None:
        condition = _AFTER.format(t="p" if state == "open" else "d")
        asked |= dict(zip(("score", "first", "second"), after.place, strict=True))
    page = (_OPEN_PAGE if state == "open" else _DECIDED_PAGE).format(after=condition)
    return [_pair(row) for row in session.execute(text(_PAGE.format(page=page)), asked)]


def partners(session: Session, customer_id: UUID, minimum: int = LOWEST_SCORE, *, most: int = 5) -> list[Partner]:
    """Who may be the same one as a customer, by the last scan, the likeliest first."""
    asked = {"minimum": minimum, "customer": customer_id, "most": most}
    return [Partner(row[0], row[1], row[2], tuple(row[3])) for row in session.execute(text(_PARTNERS), asked)]


def _pair(row: Any) -> PairRow:
    score, reasons, decision, reason, by, at = row[:6]
    return PairRow(
        Side._make(row[6:17]),
        Side._make(row[17:28]),
        score,
        tuple(reasons or ()),
        None if decision is None else Decision(decision, reason, by, at),
    )
