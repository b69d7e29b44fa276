"""What the machine and its processes are: memory, cores, versions."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import psutil

MEGABYTE = 1024 * 1024


def own_memory() -> int:
    """Bytes that only this process holds: what closing the window would give back."""
    return int(psutil.Process().memory_full_info().uss)


def server_memory(data_dir: Path) -> int:
    """Bytes of the server and its backends, shared memory counted once (proportional set size)."""
    pid = int((data_dir / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
    postmaster = psutil.Process(pid)
    return sum(_proportional(process) for process in (postmaster, *postmaster.children(recursive=True)))


def _proportional(process: psutil.Process) -> int:
    full = process.memory_full_info()
    return int(getattr(full, "pss", full.uss))


def describe() -> str:
    """One line about where the figures were taken."""
    gigabytes = psutil.virtual_memory().total / 1024**3
    return f"{os.cpu_count()} cores, {gigabytes:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
