"""`crm-desktop server run`: the local server for other programs."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.cli.calling import COMMAND, PASSWORD, init
from tests.helpers.local_server import data_folder


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with data_folder() as path:
        init(path)
        yield path


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_server_serves_until_it_is_told_to_stop(folder: Path, ending: signal.Signals) -> None:
    with subprocess.Popen(
        [*COMMAND, "server", "run", "--data-dir", str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        conninfo = process.stdout.readline().strip()
        try:
            assert "password" not in conninfo and "user" not in conninfo
            assert set(psycopg.conninfo.conninfo_to_dict(conninfo)) == {"host", "port", "dbname"}
            with psycopg.connect(conninfo, user="ada", password=PASSWORD) as connection:
                assert connection.execute("SELECT crm.is_admin()").fetchone() == (True,)
        finally:
            process.send_signal(ending)
            assert process.wait(30) == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(conninfo, user="ada", password=PASSWORD)
