"""Launch and sign-in, each in a process of its own; memory of the window and of the server."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks import machine
from tests.benchmarks.measure import Line, Times, once
from tests.benchmarks.run import Bench


def run(bench: Bench) -> None:
    bench.report.heading("Start")
    probes = [_probe(bench, bench.data_dir) for _ in range(bench.repeats + 1)][1:]
    launches = Times(tuple(probe["launch"] for probe in probes))
    bench.report.add(Line("launch to sign-in window painted", launches, note="Python's start included"))
    signed_in = Times(tuple(probe["sign_in"] for probe in probes))
    floor = Times(tuple(once(lambda: _connect_and_read(bench)) for _ in range(bench.repeats)))
    bench.report.add(Line("sign-in to first rows painted", signed_in, floor, note="floor: connect and read"))
    _memory(bench, probes)


def _memory(bench: Bench, probes: list[dict[str, Any]]) -> None:
    million = min(probe["memory"] for probe in probes) / machine.MEGABYTE
    small = min(_probe(bench, bench.thousand)["memory"] for _ in range(3)) / machine.MEGABYTE
    server = machine.server_memory(bench.data_dir) / machine.MEGABYTE
    verdict = "met" if million - small <= 60 else "MISSED"
    bench.report.fact(
        f"memory of the window: {million:.0f} MB, at 1,000 customers {small:.0f} MB; "
        f"difference {million - small:.0f} MB, target 60 MB: {verdict}"
    )
    bench.report.fact(f"memory of the server, shared buffers included: {server:.0f} MB")


def _probe(bench: Bench, data_dir: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.start_probe", str(data_dir), bench.username, str(time.time())]
    ended = subprocess.run(command, input=f"{bench.password}\n", text=True, capture_output=True, timeout=120)
    if ended.returncode != 0 or not ended.stdout:
        raise RuntimeError(f"the window did not get to its first rows:\n{ended.stderr}")
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def _connect_and_read(bench: Bench) -> None:
    """A new connection, which checks the password, and the first page."""
    import psycopg

    from tests.benchmarks.floors import Floor

    with psycopg.connect(bench.target.conninfo(), user=bench.username, password=bench.password) as connection:
        Floor(connection).first_page("name")
