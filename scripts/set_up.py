"""Make a checkout ready: system libraries, .venv with the locked packages, and the `crm-desktop` command.

    python3 -m scripts.set_up          what the window and the command line need
    python3 -m scripts.set_up --dev    the tools of the tests and checks too

Run from the top folder, on Linux, macOS or Windows, with the standard library alone. Quick when nothing changed.
"""

from __future__ import annotations  # so that a Python too old for the program can still say so

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts import system_libraries

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "set-up.json"
OLDEST = (3, 11)
NEWEST_NAMED = 15  # how far to look for python3.X on the PATH
LOCKS = {"app": "requirements.lock", "dev": "requirements-dev.lock"}


def main() -> int:
    arguments = argparse.ArgumentParser(description="Make this checkout ready to run.")
    arguments.add_argument("--dev", action="store_true", help="also install what the tests and checks need")
    arguments.add_argument("--no-system", action="store_true", help="leave the operating system's libraries alone")
    options = arguments.parse_args()
    if sys.version_info < OLDEST:
        return hand_over_to_newer_python()
    try:
        if not options.no_system:
            system_libraries.provide(window_needed=not options.dev)
        group = "dev" if options.dev else "app"
        state = read_stamp()
        if not venv_works(state):
            make_venv()
            state = {}
        if wanted := changed(state, group):
            install(group)
            write_stamp(state | wanted)
    except system_libraries.Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failure:
        program = Path(failure.cmd[0]).name
        print(f"Set-up stopped: {program} ended with {failure.returncode}; what it said is above.", file=sys.stderr)
        return 1
    return 0


def hand_over_to_newer_python() -> int:
    """Run this file again with a Python that is new enough, or say what to install."""
    for minor in range(NEWEST_NAMED, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            return subprocess.call([newer, "-m", "scripts.set_up", *sys.argv[1:]], cwd=ROOT)
    have = "{}.{}".format(*sys.version_info[:2])
    print(f"CRM Desktop needs Python 3.11 or newer, and this is {have}. Install a newer one", file=sys.stderr)
    print("(Debian, Ubuntu: sudo apt-get install python3.11 python3.11-venv; otherwise: python.org).", file=sys.stderr)
    return 1


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def venv_works(state: dict[str, str]) -> bool:
    """Whether .venv is there, was made here, and its Python still runs and is new enough."""
    if not venv_python().exists() or state.get("place", str(ROOT)) != str(ROOT):
        return False
    if state:  # made by this file: trust it
        return True
    check = [str(venv_python()), "-c", f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def make_venv() -> None:
    system_libraries.provide_venv_module()
    say(f"Making {VENV.relative_to(ROOT)} with Python {sys.version.split()[0]}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def changed(state: dict[str, str], group: str) -> dict[str, str]:
    """What the stamp has to say after installing; empty when it says so already."""
    wanted = {"place": str(ROOT), "project": digest("pyproject.toml"), group: digest(LOCKS[group])}
    if group == "dev":
        wanted["app"] = digest(LOCKS["app"])  # the development lock holds the other one
    return wanted if any(state.get(key) != value for key, value in wanted.items()) else {}


def install(group: str) -> None:
    """The locked packages, each checked against its hash; then this checkout itself, which fetches nothing."""
    say("Installing the locked packages; the first time downloads about 200 MB")
    pip = [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    if not sys.stdout.isatty():
        pip.append("--quiet")
    subprocess.run([*pip, "--only-binary=:all:", "--require-hashes", "-r", LOCKS[group]], cwd=ROOT, check=True)
    subprocess.run([*pip, "--quiet", "--no-deps", "--no-build-isolation", "-e", "."], cwd=ROOT, check=True)


def digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(state: dict[str, str]) -> None:
    STAMP.write_text(json.dumps(state, indent=1), encoding="utf-8")


def say(text: str) -> None:
    print(f"{text} ...", flush=True)


if __name__ == "__main__":
    sys.exit(main())
