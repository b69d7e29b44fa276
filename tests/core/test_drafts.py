"""Drafts on disk: what comes back, to whom, and when they go."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.drafts.draft import Draft, from_json, to_json
from crm_desktop.drafts.store import KEEP_DAYS, DraftStore

NOW = datetime(2026, 11, 25, 14, 32, tzinfo=UTC)

plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.uuids()
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
)
values = st.recursive(
    plain, lambda each: st.lists(each).map(tuple) | st.dictionaries(st.text(), each, max_size=3), max_leaves=8
)


def draft(**fields: Any) -> Draft:
    made: dict[str, Any] = {
        "id": uuid4().hex, "kind": "customers", "record_id": None, "version": 0, "title": "Ana Ruiz", "at": NOW,
        "opened": {}, "values": {"contact_name": "Ana Ruiz"},
    }  # fmt: skip
    return Draft(**{**made, **fields})


@given(st.dictionaries(st.text(), values), st.none() | st.uuids())
def test_everything_typed_comes_back_as_what_it_was(typed: dict[str, Any], record_id: UUID | None) -> None:
    made = draft(values=typed, record_id=record_id, opened=typed, about={"day": date(2026, 1, 1)})
    assert from_json(to_json(made)) == made


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": 2}', '{"format": 1}', "[" * 5000])
def test_what_is_no_draft_is_none(text: str) -> None:
    assert from_json(text) is None


def test_only_the_user_of_the_computer_can_read_them(tmp_path: Path) -> None:
    store = DraftStore(tmp_path / "drafts", "db|ada")
    store.write(draft())
    (folder,) = (tmp_path / "drafts").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (file,) = folder.glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "ada" not in str(file)
    store.close()


def test_nobody_is_offered_what_another_person_or_database_has(tmp_path: Path) -> None:
    mine = DraftStore(tmp_path, "db|ada")
    mine.write(draft())
    mine.close()
    assert DraftStore(tmp_path, "db|emil").left_behind() == []
    assert DraftStore(tmp_path, "other|ada").left_behind() == []
    assert len(DraftStore(tmp_path, "db|ada").left_behind()) == 1


def test_a_later_text_takes_the_place_of_the_earlier_and_removal_leaves_nothing(tmp_path: Path) -> None:
    store = DraftStore(tmp_path, "db|ada")
    one = draft()
    store.write(one)
    store.write(draft(id=one.id, values={"contact_name": "Ana Ruiz Gómez"}))
    (file,) = tmp_path.glob("*/*.json")
    assert json.loads(file.read_text(encoding="utf-8"))["values"] == {"contact_name": "Ana Ruiz Gómez"}
    store.remove(one.id)
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_another_window_of_the_same_person_is_left_alone_while_it_lives(tmp_path: Path) -> None:
    living, second = DraftStore(tmp_path, "db|ada"), DraftStore(tmp_path, "db|ada")
    one = draft()
    living.write(one)
    assert second.left_behind() == [] and not second.claim(one)
    living.close()
    assert second.left_behind() == [one]
    third = DraftStore(tmp_path, "db|ada")
    assert second.claim(one)
    assert third.left_behind() == [] and not third.claim(one), "it is the second window's now"
    second.remove(one.id)
    second.close()


def test_what_is_old_goes_whosever_it_is(tmp_path: Path) -> None:
    emil, ada = DraftStore(tmp_path, "db|emil"), DraftStore(tmp_path, "db|ada")
    emil.write(draft())
    ada.write(draft(title="fresh"))
    ada.write(draft(title="old"))
    long_ago = time.time() - KEEP_DAYS * 86_400 - 60
    for path in tmp_path.glob("*/*.json"):
        if "fresh" not in path.read_text(encoding="utf-8"):
            os.utime(path, (long_ago, long_ago))
    emil.close()
    ada.close()
    assert [each.title for each in DraftStore(tmp_path, "db|ada").left_behind()] == ["fresh"]
    assert len(list(tmp_path.glob("*/*.json"))) == 1


def test_what_was_half_written_when_the_program_was_killed_goes(tmp_path: Path) -> None:
    store = DraftStore(tmp_path, "db|ada")
    store.write(draft())
    (file,) = tmp_path.glob("*/*.json")
    half = file.parent / ".x.new"
    half.write_text('{"values": {"contact_name": "Ana', encoding="utf-8")
    os.utime(half, (time.time() - 120,) * 2)
    store.close()
    assert len(DraftStore(tmp_path, "db|ada").left_behind()) == 1
    assert not half.exists()


def test_a_broken_file_keeps_nobody_from_the_others(tmp_path: Path) -> None:
    store = DraftStore(tmp_path, "db|ada")
    store.write(draft())
    (file,) = tmp_path.glob("*/*.json")
    (file.parent / "0000-broken.json").write_bytes(b"\xff\x00{")
    store.close()
    assert len(DraftStore(tmp_path, "db|ada").left_behind()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_process_that_is_killed_leaves_its_draft_behind(tmp_path: Path) -> None:
    script = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from datetime import datetime, UTC
from pathlib import Path
from crm_desktop.drafts.draft import Draft
from crm_desktop.drafts.store import DraftStore
store = DraftStore(Path({str(tmp_path)!r}), "db|ada")
store.write(Draft("1a", "customers", None, 0, "Ana Ruiz", datetime.now(UTC), {{}}, {{"contact_name": "Ana"}}))
print("written", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "written\n"
        store = DraftStore(tmp_path, "db|ada")
        assert store.left_behind() == [], "it is being typed just now"
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    (left,) = store.left_behind()
    assert (left.title, left.values) == ("Ana Ruiz", {"contact_name": "Ana"})
