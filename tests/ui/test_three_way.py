"""Choosing between two versions of a record."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.forms.three_way import differences, merged

FIELDS = ("city", "notes", "tags")
VERSION = st.fixed_dictionaries({name: st.sampled_from(["", "a", "b", "c"]) for name in FIELDS})


@given(VERSION, VERSION, VERSION)
def test_the_suggestion_loses_nobodys_change_without_saying_so(
    original: dict[str, str], theirs: dict[str, str], mine: dict[str, str]
) -> None:
    found = differences(original, theirs, mine, FIELDS)
    result = merged(mine, {}, found)
    told = {each.field for each in found if each.both_changed}
    for name in FIELDS:
        if mine[name] != original[name]:
            assert result[name] == mine[name]
        else:
            assert result[name] == theirs[name]
        if theirs[name] != original[name] and result[name] != theirs[name]:
            assert name in told


@given(VERSION, VERSION, VERSION)
def test_taking_one_side_everywhere_gives_that_side(
    original: dict[str, str], theirs: dict[str, str], mine: dict[str, str]
) -> None:
    found = differences(original, theirs, mine, FIELDS)
    assert merged(mine, {each.field: "theirs" for each in found}, found) == theirs
    assert merged(mine, {each.field: "mine" for each in found}, found) == mine
