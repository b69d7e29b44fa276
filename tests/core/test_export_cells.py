"""What keeps spreadsheets from running or changing a text of an exported file, and that it can be taken away."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm_desktop.exporting.cells import protected, protected_sql, unprotected
from crm_desktop.listing.folding import storable
from tests.helpers.postgres import Crm

_BEGINNINGS = st.sampled_from(["", "'", "''", "=", "+", "-", "@", "\t", "\r", "\n", "0", "'0", "＝", "1" * 12, "'="])
TEXTS = st.builds(str.__add__, _BEGINNINGS, st.text(max_size=12))


@pytest.mark.parametrize(
    "text", ["=1+1", "+4930123456", "-2", "@SUM(A1)", "\t=1", "\r=1", "01067", "123456789012", "＝1", "'=1", "''+1"]
)
def test_what_a_spreadsheet_would_change_is_marked(text: str) -> None:
    assert protected(text) == f"'{text}"
    assert unprotected(protected(text)) == text


@pytest.mark.parametrize("text", ["", "Ana", "'t Hooft", "5 High Street", "42", "0", "0 12", "a=1", "12345678901"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert protected(text) == text
    assert unprotected(text) == text


@given(TEXTS)
@example("'=")
def test_every_text_comes_back(text: str) -> None:
    assert unprotected(protected(text)) == text


@given(TEXTS, TEXTS)
def test_no_two_texts_look_alike(one: str, other: str) -> None:
    assert (protected(one) == protected(other)) == (one == other)


def test_the_database_marks_the_same_texts(crm: Crm) -> None:
    """The files are written by PostgreSQL, which has regular expressions of its own."""
    texts: list[str] = []

    @given(TEXTS)
    def collect(text: str) -> None:
        texts.append(storable(text))

    collect()
    texts += ["=1", "+49", "'=1", "'t", "0\n1", "01\n", "01", "123456789012\n", "＠x", "＊", "\r", "Ä", "@"]
    with crm.connect() as connection:
        rows = connection.execute(f"SELECT {protected_sql('x')} FROM unnest(%s::text[]) x", (texts,)).fetchall()  # type: ignore[arg-type]
    assert [row[0] for row in rows] == [protected(text) for text in texts]
