"""Passwords at a prompt: typed unseen, a new one twice."""

import sys
from collections.abc import Callable

import pytest

from crm_desktop.cli import passwords
from crm_desktop.errors import CrmError


@pytest.fixture
def prompt(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Somebody at a terminal who types the given answers; returns the prompts."""

    def typing(*answers: str) -> list[str]:
        prompts: list[str] = []
        rest = iter(answers)

        def ask(text: str, stream: object = None) -> str:
            prompts.append(text)
            return next(rest)

        monkeypatch.setattr("getpass.getpass", ask)
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        return prompts

    return typing


def test_the_acting_persons_password_is_asked_once(prompt: Callable[..., list[str]]) -> None:
    prompts = prompt("secret")
    assert passwords.ask("ada") == "secret"
    assert prompts == ["Password of ada: "]


def test_a_new_password_is_typed_twice(prompt: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    prompts = prompt("one", "two", "three", "three")
    assert passwords.ask_new("emil") == "three"
    assert prompts == ["New password of emil: ", "The same again: "] * 2
    assert "not the same" in capsys.readouterr().err


def test_one_who_cannot_repeat_it_is_told(prompt: Callable[..., list[str]]) -> None:
    prompt("1", "2", "3", "4", "5", "6")
    with pytest.raises(CrmError, match="not the same"):
        passwords.ask_new("emil")
