"""`crm-desktop` without a command opens the window, and loads nothing of the command line for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from crm_desktop.__main__ import window_options

HEAVY = ("typer", "click", "rich", "sqlalchemy", "alembic", "psycopg", "faker", "phonenumbers", "charset_normalizer")


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], {}),
        (["--data-dir", "x"], {"--data-dir": "x"}),
        (["--data-dir=x", "--profile=y"], {"--data-dir": "x", "--profile": "y"}),
        (["--data-dir"], None),
        (["--help"], None),
        (["stats"], None),
        (["--data-dir", "x", "stats"], None),
    ],
)
def test_what_opens_the_window(arguments: list[str], options: dict[str, str] | None) -> None:
    assert window_options(arguments) == options


def test_the_window_gets_its_options_before_anything_heavy_is_loaded(tmp_path: Path) -> None:
    script = f"""
import sys, types
ui, app, display = map(types.ModuleType, ("ui", "ui.app", "ui.display"))
ui.app = app
display.require_display = lambda: None
def opened(data_dir, profile):
    print(data_dir, profile, sorted(set({HEAVY!r}) & set(sys.modules)))
    return 7
app.main = opened
sys.modules.update({{"ui": ui, "ui.app": app, "ui.display": display}})
from crm_desktop.__main__ import main
sys.exit(main(["--data-dir", "some folder"]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.returncode) == ("some folder None []\n", 7), done.stderr


def test_missing_system_libraries_are_said_in_one_line() -> None:
    script = """
import sys
sys.modules["ui.app"] = None
import builtins
real = builtins.__import__
def refuse(name, *rest):
    if name == "ui":
        raise ImportError("libGL.so.1: cannot open shared object file")
    return real(name, *rest)
builtins.__import__ = refuse
from crm_desktop.__main__ import main
sys.exit(main([]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "libGL.so.1" in done.stderr
    assert len(done.stderr.splitlines()) == 1
