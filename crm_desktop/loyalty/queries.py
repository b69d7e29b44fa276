"""Reading loyalty accounts: one with its ledger, and the list of members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.errors import NotFound
from crm_desktop.listing.listing import Listing
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.request import ListRequest

from .actions import Booking
from .expiry import expiring_of
from .ladder import Ladder
from .listed import SOURCE
from .rows import Account, AccountCard, ContactPoints, Entry, MemberRow, TierChange
from .rules import Rules, TierRule, rules

FIRST_ENTRIES = 50
MOST_CHANGES = 100

_ACCOUNT = text(
    """
    SELECT a.user_id, c.id, c.customer_type = 'business', coalesce(a.points_balance, 0), coalesce(a.total_earned, 0),
           coalesce(a.total_redeemed, 0), coalesce(a.tier, ''), a.last_activity,
           coalesce(a.total_earned - a.total_redeemed - a.points_balance, 0)
    FROM crm.customers c JOIN crm.loyalty_accounts a ON a.user_id = c.user_id
    WHERE c.id = :customer
    """
)
# The newest first, by when it happened; the balance goes back from what there is now.
_ENTRIES = text(
    """
    SELECT l.id, l.kind, l.points, l.balance::bigint, l.reason, coalesce(u.display_name, ''),
           coalesce(o.order_number, ''), coalesce(k.name, ''), l.created_at
    FROM (
        SELECT e.*, a.points_balance - coalesce(sum(e.points) OVER (
            ORDER BY e.created_at DESC, e.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS balance
        FROM crm.loyalty_ledger e JOIN crm.loyalty_accounts a USING (user_id)
        WHERE e.user_id = :account
        ORDER BY e.created_at DESC, e.id DESC
        LIMIT :most
    ) l
    LEFT JOIN crm.users u ON u.id = l.created_by
    LEFT JOIN crm.orders o ON o.id = l.order_id
    LEFT JOIN crm.contacts k ON k.id = l.contact_id
    ORDER BY l.created_at DESC, l.id DESC
    """
)
_BOOKED = text("SELECT kind, points, reason, contact_id, order_id FROM crm.loyalty_ledger WHERE booking_id = :booking")
_ANY_BOOKED = text(
    """
    SELECT EXISTS (
        SELECT FROM crm.customers c JOIN crm.loyalty_ledger l ON l.user_id = c.user_id WHERE c.id = ANY (:customers)
    )
    """
)
_CHANGES = text(
    """
    SELECT from_tier, to_tier, created_at FROM crm.loyalty_tier_changes
    WHERE user_id = :account ORDER BY id DESC LIMIT :most
    """
)
_TIER = text("SELECT tier FROM crm.customers WHERE id = :customer")
_CONTACTS = text(
    """
    SELECT k.id, k.name, l.earned::bigint, l.redeemed::bigint
    FROM (
        SELECT contact_id, coalesce(sum(points) FILTER (WHERE kind <> 'redeem'), 0) AS earned,
               coalesce(-sum(points) FILTER (WHERE kind = 'redeem'), 0) AS redeemed
        FROM crm.loyalty_ledger WHERE user_id = :account AND contact_id IS NOT NULL
        GROUP BY contact_id
    ) l JOIN crm.contacts k ON k.id = l.contact_id
    ORDER BY l.earned DESC, k.name_key, k.id
    """
)


def account_card(session: Session, customer_id: UUID, most: int = FIRST_ENTRIES) -> AccountCard | None:
    """A customer's account with its newest entries; None when the customer is not enrolled."""
    row = session.execute(_ACCOUNT, {"customer": customer_id}).one_or_none()
    if row is None:
        return None
    found = rules(session)
    account = _account(row, found)
    asked = {"account": account.id, "most": most + 1}
    entries = [Entry(*entry) for entry in session.execute(_ENTRIES, asked)]
    return AccountCard(
        account=account,
        entries=tuple(entries[:most]),
        more=len(entries) > most,
        changes=tuple(TierChange(*change) for change in session.execute(_CHANGES, {**asked, "most": MOST_CHANGES})),
        expiring=expiring_of(session, account.id),
        contacts=tuple(ContactPoints(*contact) for contact in session.execute(_CONTACTS, asked)),
        rule=next((tier for tier in found.tiers if tier.tier == account.tier), None),
    )


def account_of(session: Session, customer_id: UUID) -> Account:
    """A customer's account; NotFound when the customer is not enrolled, or gone."""
    row = session.execute(_ACCOUNT, {"customer": customer_id}).one_or_none()
    if row is None:
        raise NotFound("This customer is not in the loyalty programme.", hint="Enrol the customer first.")
    return _account(row, rules(session))


def tier_rule_of(session: Session, customer_id: UUID) -> TierRule | None:
    """What a customer's tier brings; None for somebody who is not enrolled, or gone."""
    tier = session.execute(_TIER, {"customer": customer_id}).scalar()
    return next((rule for rule in rules(session).tiers if rule.tier == tier), None)


def booked(session: Session, booking_id: UUID) -> Booking:
    """An entry by the id that it was sent with; NotFound when it never arrived."""
    row = session.execute(_BOOKED, {"booking": booking_id}).one_or_none()
    if row is None:
        raise NotFound("This entry is not there.")
    kind, count, reason, contact_id, order_id = row
    return Booking(kind, count, reason, contact_id, order_id, booking_id)


def any_booked(session: Session, customers: Sequence[UUID]) -> bool:
    """Whether points have been booked for any of these customers."""
    return bool(session.execute(_ANY_BOOKED, {"customers": list(customers)}).scalar())


def member_listing(request: ListRequest, clock: Clock | None = None) -> Listing[MemberRow]:
    """The list of members. InvalidFilter when the request's filter cannot be used."""
    return Listing(SOURCE, request, clock)


def _account(row: Sequence[Any], found: Rules) -> Account:
    identity, customer_id, is_business, balance, earned, redeemed, tier, last_activity, expired = row
    step = Ladder.of(found).step(balance, earned)
    return Account(
        id=identity,
        customer_id=customer_id,
        is_business=bool(is_business),
        balance=balance,
        earned=earned,
        redeemed=redeemed,
        expired=expired,
        tier=tier,
        last_activity=last_activity,
        next_tier=step.next_tier,
        to_next=step.to_next,
        share=step.share,
    )
