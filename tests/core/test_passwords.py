"""What is accepted as a password."""

from __future__ import annotations

import pytest

from crm_desktop.access.passwords import MIN_LENGTH, check_new_password, password_strength
from crm_desktop.errors import InvalidInput


@pytest.mark.parametrize("password", ["", "short", "password1", "12345678", "aaaaaaaaaaaa", "abcdefghij", "qwertyuiop"])
def test_a_password_that_is_guessed_at_once_is_refused_with_advice(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_new_password(password)
    assert refused.value.fields["password"]


def test_the_username_does_not_count_as_a_password() -> None:
    with pytest.raises(InvalidInput):
        check_new_password("margarethe", "margarethe")


@pytest.mark.parametrize("password", ["correct horse battery", "grüne Ente am See", "Ω≈ç√∫˜µ≤"])
def test_words_in_any_script_are_accepted(password: str) -> None:
    check_new_password(password)


def test_a_longer_password_is_never_called_weaker_and_never_slow() -> None:
    long = "a sentence nobody else would think of " * 20
    assert password_strength(long).score == 4
    assert password_strength("x" * (MIN_LENGTH - 1)).score == 0
