"""The libraries that Qt needs from Linux: looked for, installed where that is allowed, named where it is not.

The list is what a fresh Debian 12 lacks for PySide6; macOS and Windows bring everything themselves.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys

# Shared library -> Debian's package. With the first group Qt draws into memory, as the tests do.
DRAWING = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
# With these too it opens windows on an X server.
WINDOW = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# And with this one on a Wayland compositor; it is looked for only where one is running.
WAYLAND = {"libwayland-cursor.so.0": "libwayland-cursor0"}


class Missing(Exception):
    """Something that has to be installed by hand; the text says what and how."""


def provide(*, window_needed: bool) -> None:
    """Install the libraries that are missing; raises Missing when one that is needed now cannot be."""
    if not sys.platform.startswith("linux"):
        return
    wanted = DRAWING | WINDOW | (WAYLAND if os.environ.get("WAYLAND_DISPLAY") else {})
    absent = {library: package for library, package in wanted.items() if not loads(library)}
    if not absent:
        return
    problem = install(sorted(set(absent.values())))
    still = [library for library in absent if not loads(library)]
    if not still:
        return
    text = f"Qt needs these libraries, which are missing here: {', '.join(still)}.\n{problem or by_hand(absent)}"
    if window_needed or any(library in DRAWING for library in still):
        raise Missing(text)
    print(f"{text}\nGoing on without them: only opening a window needs them.", file=sys.stderr)


def provide_venv_module() -> None:
    """Debian splits `venv` off from Python; without it no virtual environment gets pip."""
    if importlib.util.find_spec("ensurepip") is not None:
        return
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    problem = install([package])
    importlib.invalidate_caches()
    if importlib.util.find_spec("ensurepip") is None:
        raise Missing(f"Python's venv module is missing here. {problem or f'Install {package}, then try again.'}")


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install(packages: list[str]) -> str:
    """Install with apt-get as root or through sudo; returns what to do by hand when that did not work, or ""."""
    apt = shutil.which("apt-get")
    if apt is None:
        return ""
    prefix = administrator()
    if prefix is None:
        return f"Install them with: sudo apt-get install {' '.join(packages)}"
    print(f"Installing {' '.join(packages)} ...", flush=True)
    apt_get = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-o", "DPkg::Lock::Timeout=120"]
    installing = [*apt_get, "install", "-y", "--no-install-recommends", *packages]
    error = run(installing)
    if error:  # most often the package lists are old or absent
        error = run([*apt_get, "update"]) or run(installing)
    if not error:
        return ""
    return f"{error}\nTry by hand: sudo apt-get update && sudo apt-get install {' '.join(packages)}"


def run(command: list[str]) -> str:
    """Runs without showing the output; returns the end of it when the command failed, or ""."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return "" if done.returncode == 0 else "\n".join(done.stdout.strip().splitlines()[-5:]) or f"{command[0]} failed"


def administrator() -> list[str] | None:
    """What to put before a command so that it runs as root; None when that would not work here."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    if subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return [sudo] if sys.stdin.isatty() else None  # at a terminal a person can type the password


def by_hand(absent: dict[str, str]) -> str:
    return f"Your distribution has them under names like Debian's: {' '.join(sorted(set(absent.values())))}."
