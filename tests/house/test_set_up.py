"""The set-up's decisions: when to install, when to make .venv anew, what to say about libraries."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import set_up, system_libraries


def recorded(*groups: str) -> dict[str, str]:
    state: dict[str, str] = {}
    for group in groups:
        state |= set_up.changed(state, group)
    return state


def test_nothing_is_installed_twice() -> None:
    assert set_up.changed({}, "app") != {}
    assert set_up.changed(recorded("app"), "app") == {}
    assert set_up.changed(recorded("dev"), "dev") == {}


def test_the_development_packages_hold_the_programs_own() -> None:
    assert set_up.changed(recorded("dev"), "app") == {}
    assert set_up.changed(recorded("app"), "dev") != {}


@pytest.mark.parametrize("key", ["place", "project", "app"])
def test_a_moved_checkout_or_a_new_lock_is_installed_again(key: str) -> None:
    assert set_up.changed(recorded("app") | {key: "before"}, "app") != {}


def test_a_moved_checkout_gets_a_new_environment(tmp_path: Path) -> None:
    assert not set_up.venv_works({"place": str(tmp_path)})


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A Linux where only these libraries load, apt-get is (not) there, and root is (not) to be had."""

    def pretend(lacking: set[str], *, apt: bool = True, root: bool = False) -> None:
        def install(command: list[str]) -> str:
            lacking.clear()
            return ""

        monkeypatch.setattr("sys.platform", "linux")
        monkeypatch.setattr(system_libraries, "loads", lambda library: library not in lacking)
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if apt else None)
        monkeypatch.setattr(system_libraries, "administrator", lambda: [] if root else None)
        monkeypatch.setattr(system_libraries, "run", install)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    return pretend


def test_a_complete_machine_is_left_alone(linux: Callable[..., None]) -> None:
    linux(set())
    system_libraries.provide(window_needed=True)


def test_root_gets_what_is_missing(linux: Callable[..., None]) -> None:
    lacking = {"libEGL.so.1", "libxcb-cursor.so.0"}
    linux(lacking, root=True)
    system_libraries.provide(window_needed=True)
    assert lacking == set()


def test_without_rights_the_command_is_named(linux: Callable[..., None]) -> None:
    linux({"libEGL.so.1"})
    with pytest.raises(system_libraries.Missing, match=r"sudo apt-get install libegl1$"):
        system_libraries.provide(window_needed=False)


def test_another_distribution_hears_the_library_names(linux: Callable[..., None]) -> None:
    linux({"libxcb-cursor.so.0"}, apt=False)
    with pytest.raises(system_libraries.Missing, match=r"libxcb-cursor\.so\.0"):
        system_libraries.provide(window_needed=True)


def test_tests_run_without_the_libraries_of_the_window(
    linux: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    linux({"libxcb-cursor.so.0"})
    system_libraries.provide(window_needed=False)
    assert "libxcb-cursor.so.0" in capsys.readouterr().err
