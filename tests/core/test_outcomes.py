"""What counts as an answer: free text stays free, but "No answer" is none, however it is written."""

import pytest

from crm_desktop.interactions.outcomes import NOT_REACHED, USUAL, is_answer


@pytest.mark.parametrize(
    "outcome",
    ["", "  ", None, "…", "No answer", "NO ANSWER.", "no-answer", "Nó ánswer", "  no\n answer, try on Monday",
     "Voicemail (full)", "Didn’t answer", "didn't answer",
     "Left a message with her assistant", "no-show", "Bounced: mailbox unknown",
     "Out of office until May", *NOT_REACHED],
)  # fmt: skip
def test_nobody_was_reached(outcome: str | None) -> None:
    assert not is_answer(outcome)


@pytest.mark.parametrize(
    "outcome",
    ["Reached", "Wants an offer", "No", "Now answered", "No answerable questions left", "Voicemails were discussed",
     "There was no answer to the price, but she ordered", "Busy season, call in May", "Está bien", "はい"],
)  # fmt: skip
def test_whatever_else_is_written_is_an_answer(outcome: str) -> None:
    assert is_answer(outcome)


def test_every_type_that_is_a_try_offers_both() -> None:
    for tried in ("call", "email", "meeting"):
        assert {is_answer(each) for each in USUAL[tried]} == {True, False}
