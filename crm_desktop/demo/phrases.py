# ruff: noqa: E501 - tables read best with their rows whole
"""What people wrote down about sample interactions, by type. Data only."""

from __future__ import annotations

from typing import NamedTuple


class Phrases(NamedTuple):
    weight: int
    subjects: tuple[str, ...]  # {thing} is one of THINGS
    outcomes: tuple[str, ...]
    descriptions: tuple[str, ...]
    durations: tuple[int, ...]  # minutes; empty when none is noted


THINGS = (
    "standing desks", "task chairs", "the meeting room set", "acoustic panels", "desk lamps", "the spring catalogue", "the framework contract",
    "monitor arms", "storage lockers", "the reception counter", "the annual order", "lounge chairs", "cable trays", "the showroom visit",
    "whiteboards", "phone booths", "the delivery to the new office", "invoice terms", "spare parts", "the warranty extension",
    "conference tables", "the loyalty programme", "carpet tiles", "the trade-in offer", "height-adjustable frames",
)  # fmt: skip

PHRASES: dict[str, Phrases] = {
    "call": Phrases(
        30,
        ("Asked about {thing}", "Introductory call", "Called back about {thing}", "Quarterly check-in", "Question on {thing}",
         "Price enquiry: {thing}", "Confirmed delivery of {thing}", "Cold call, interested in {thing}", "Reminder about {thing}"),
        ("Wants a quote", "Left a message", "Will decide next week", "Not interested at the moment", "Order confirmed",
         "Call back after the holidays", "Passed on to purchasing", "Happy with the service", "No answer"),
        ("Spoke for a while about their plans; they are moving soon.", "Prefers to be reached on the mobile phone.",
         "Compared our price with two other suppliers.", "Asked for references from the same trade."),
        (3, 5, 8, 10, 12, 15, 20, 25, 30),
    ),
    "email": Phrases(
        27,
        ("Sent quote for {thing}", "Answered questions on {thing}", "Sent the price list", "Order confirmation: {thing}",
         "Asked for feedback on {thing}", "Newsletter reply", "Sent documents for {thing}", "Thank-you note"),
        ("Quote sent", "Waiting for an answer", "Replied the same day", "Forwarded to the decision maker", "Accepted", "Declined"),
        ("Attached the data sheets and two drawings.", "They want delivery before the end of the quarter.",
         "Asked to send the invoice to another address."),
        (),
    ),
    "meeting": Phrases(
        11,
        ("Meeting on {thing}", "Visit to their office", "Presented {thing}", "Video call: {thing}", "Annual review",
         "Showroom tour", "Planning session: {thing}", "Lunch with the new office manager"),
        ("Agreed on the next steps", "Wants a revised offer", "Order placed", "Decision postponed", "Very positive",
         "Needs approval from head office"),
        ("Three people attended; the budget is approved.", "Measured the rooms; drawings to follow.",
         "Showed the samples; they liked the oak finish best."),
        (30, 45, 60, 60, 75, 90, 120),
    ),
    "support": Phrases(
        13,
        ("Problem with {thing}", "Missing parts: {thing}", "Damage in transit", "Return of {thing}", "Assembly help: {thing}",
         "Complaint about a late delivery", "Wrong invoice", "Warranty case: {thing}"),
        ("Replacement sent", "Solved on the phone", "Refund issued", "Technician booked", "Explained and closed", "Credit note sent"),
        ("Photos received; clearly damaged by the carrier.", "One box was missing; it turned up the next day.",
         "A screw had come loose; walked them through it."),
        (5, 10, 10, 15, 20, 30, 45),
    ),
    "sale": Phrases(
        9,
        ("Order: {thing}", "Repeat order: {thing}", "Upsell: {thing}", "Contract signed for {thing}", "Counter sale"),
        ("Ordered", "Paid in advance", "Delivery next month", "Ordered with the loyalty discount", "First order"),
        ("Took the larger set with the volume discount.", "Wants everything delivered on one day.", "Asked for installation as well."),
        (10, 15, 20, 30),
    ),
    "follow_up": Phrases(
        7,
        ("Follow up on {thing}", "Call back about {thing}", "Send a revised quote: {thing}", "Check whether {thing} arrived",
         "Ask for a decision on {thing}", "Renew the contract", "Birthday greeting"),
        ("Done", "Reached and settled", "Moved to next month", "They will order", "No longer needed"),
        ("Promised to get back to them.", "They asked us to call again after the board meeting."),
        (5, 10, 15),
    ),
    "other": Phrases(
        3,
        ("Met at the trade fair", "Sent a sample of {thing}", "Address change", "Christmas card", "Recommended us to a partner"),
        ("Noted", "Sample sent", "Address updated"),
        ("Exchanged cards; follow up by email.",),
        (),
    ),
}  # fmt: skip
