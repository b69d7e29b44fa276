"""The keychain, where there is one, and nothing lost where there is none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from crm_desktop import keychain


class Memory(keyring.backend.KeyringBackend):
    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.passwords: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.passwords[service, username]


class Locked(Memory):
    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("dismissed")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError("the bus is gone")


@pytest.fixture
def backend() -> Iterator[Memory]:
    before = keyring.get_keyring()
    keyring.set_keyring(memory := Memory())
    yield memory
    keyring.set_keyring(before)


def test_passwords_are_kept_for_each_profile_and_person(backend: Memory) -> None:
    assert keychain.available()
    assert keychain.save("Office", "ana", "correct horse")
    assert keychain.save("Home", "ana", "battery staple")
    assert keychain.load("Office", "ana") == "correct horse"
    assert keychain.load("Home", "ana") == "battery staple"
    assert keychain.load("Office", "ben") is None
    assert keychain.forget("Office", "ana")
    assert keychain.forget("Office", "ana")
    assert keychain.load("Office", "ana") is None


def test_a_locked_or_failing_keychain_keeps_nobody_from_signing_in(backend: Memory) -> None:
    keyring.set_keyring(Locked())
    assert keychain.load("Office", "ana") is None
    assert not keychain.save("Office", "ana", "x")
    assert not keychain.forget("Office", "ana")


def test_no_keychain_at_all() -> None:
    assert not keychain.available()  # the tests run with keyring's null backend
    assert not keychain.save("Office", "ana", "x")
    assert keychain.load("Office", "ana") is None
    assert not keychain.forget("Office", "ana")


def test_without_a_session_bus_nothing_is_even_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHON_KEYRING_BACKEND", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(keychain.sys, "platform", "linux")
    began = time.monotonic()
    assert not keychain.available()
    assert time.monotonic() - began < 0.1


@pytest.mark.keeps_running("a keychain that never answers is left behind")
def test_a_keychain_that_does_not_answer(backend: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keychain, "_PATIENCE", 0.05)
    monkeypatch.setattr(backend, "get_password", lambda *_: time.sleep(0.5))
    assert keychain.load("Office", "ana") is None
