"""Profiles and preferences survive restarts, broken files and two windows at once."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from crm_desktop.database.target import Target
from crm_desktop.errors import CrmError, NotFound
from crm_desktop.settings import Preferences, Profile, ProfileStore

SERVER = Profile(
    name="Head office",
    kind="server",
    target=Target(("db1.example.com", "db2.example.com"), 5433, "crm", "verify-full", "/etc/ssl/ca.pem"),
    username="ana",
)


def local(tmp_path: Path, name: str = "This computer") -> Profile:
    return Profile(name=name, kind="local", data_dir=tmp_path / "Ana's données")


def test_profiles_come_back_as_they_were(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "config" / "profiles.json")
    assert store.load() == []
    store.save(local(tmp_path))
    store.save(SERVER)
    again = ProfileStore(tmp_path / "config" / "profiles.json")
    assert again.load() == [SERVER, local(tmp_path)]
    assert again.find("Head office") == SERVER


def test_no_password_is_ever_in_the_file(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "profiles.json")
    store.use(SERVER, "ana")
    assert "password" not in (tmp_path / "profiles.json").read_text()


def test_the_last_used_profile_is_offered_first(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "profiles.json")
    assert store.last_used is None
    store.save(SERVER)
    assert store.last_used == SERVER  # the only one
    store.use(local(tmp_path), "ben")
    assert store.last_used is not None
    assert (store.last_used.name, store.last_used.username) == ("This computer", "ben")
    store.remove("This computer")
    assert store.last_used == SERVER
    store.save(local(tmp_path))
    assert store.last_used is None


def test_an_unknown_profile_names_the_known_ones(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "profiles.json")
    store.save(SERVER)
    with pytest.raises(NotFound) as missing:
        store.find("Office")
    assert "Head office" in missing.value.hint


@pytest.mark.parametrize("entry", [None, [], {"kind": "cloud"}, {"kind": "local"}, {"kind": "server", "target": {}}])
def test_profiles_edited_beyond_recognition_are_left_out(tmp_path: Path, entry: object) -> None:
    path = tmp_path / "profiles.json"
    store = ProfileStore(path)
    store.save(SERVER)
    content = json.loads(path.read_text())
    content["profiles"]["odd"] = entry
    path.write_text(json.dumps(content))
    assert store.load() == [SERVER]


def test_preferences_are_remembered(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "preferences.json"
    preferences = Preferences(path)
    assert preferences.get("theme", "system") == "system"
    preferences.set("theme", "dark")
    preferences.set("columns", {"name": 200})
    assert Preferences(path).get("theme") == "dark"
    preferences.set("theme", None)
    assert Preferences(path).get("theme", "system") == "system"
    assert Preferences(path).get("columns") == {"name": 200}


def test_two_windows_keep_each_other_s_preferences(tmp_path: Path) -> None:
    first, second = Preferences(tmp_path / "p.json"), Preferences(tmp_path / "p.json")
    first.set("theme", "dark")
    second.set("width", 900)
    assert json.loads((tmp_path / "p.json").read_text()) == {"theme": "dark", "width": 900}


def test_nothing_is_written_for_the_same_value(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "p.json")
    preferences.set("width", 900)
    (tmp_path / "p.json").unlink()
    preferences.set("width", 900)
    assert not (tmp_path / "p.json").exists()


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe\x00", b"[1]", b'"text"', b"", b"[" * 100_000])
def test_a_broken_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(content)
    preferences = Preferences(path)
    assert preferences.get("theme", "system") == "system"
    preferences.set("theme", "dark")
    assert Preferences(path).get("theme") == "dark"
    assert (tmp_path / "p.json.broken-1").read_bytes() == content
    path.write_bytes(content)
    Preferences(path)
    assert (tmp_path / "p.json.broken-2").read_bytes() == content


def test_only_the_person_reads_the_file(tmp_path: Path) -> None:
    Preferences(tmp_path / "p.json").set("theme", "dark")
    assert stat.S_IMODE((tmp_path / "p.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["p.json"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    preferences = Preferences(tmp_path / "file" / "p.json")
    with pytest.raises(CrmError, match="could not be saved") as failure:
        preferences.set("theme", "dark")
    assert failure.value.hint
    assert preferences.get("theme") == "dark"  # for this session
