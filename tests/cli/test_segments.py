"""Rules of segments and chores from the command line: exact words, exit codes, and a dry run that is dry."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from crm_desktop.database.local_server import LocalServer
from tests.cli.calling import PASSWORD, call, failed, init
from tests.factories.customers import prospect
from tests.factories.segments import rule, segment
from tests.helpers.local_server import data_folder, running

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with data_folder("segments") as path:
        init(path)
        with running(path) as server:
            yield server


@pytest.fixture
def run(server: LocalServer) -> Run:
    def as_ada(*arguments: str) -> subprocess.CompletedProcess[str]:
        return call(*arguments, "--username", "ada", folder=server.data_dir, answers=[PASSWORD])

    return as_ada


@pytest.fixture
def ada(server: LocalServer) -> Iterator[psycopg.Connection[Any]]:
    target = server.target("crm")
    with closing(psycopg.connect(target.conninfo(), user="ada", password=PASSWORD, autocommit=True)) as connection:
        yield connection


def test_rules_and_chores_end_to_end(run: Run, ada: psycopg.Connection[Any]) -> None:
    assert run("segments", "run").stdout == "No segment in use has an active rule.\n"
    ada.execute("DELETE FROM crm.customer_segments")  # those to begin with
    prospect(ada)
    prospects = segment(ada, name="Prospects")
    rule(ada, prospects, tag="New")
    assert run("segments", "run").stdout == (
        "Prospects: 1 customer in it at the first run; rules act on who enters or leaves from now on.\n"
    )
    prospect(ada)
    dry = run("segments", "run", "--dry-run")
    assert (dry.returncode, dry.stdout) == (
        0,
        "Nothing was changed. A run would be:\nProspects: 1 entered, 0 left. Would add the tag “New” to 1 customer.\n",
    )
    assert run("segments", "run", "Prospects").stdout == (
        "Prospects: 1 entered, 0 left. Added the tag “New” to 1 customer.\n"
    )
    broken = segment(ada, {"field": "nothing", "operator": "is", "value": 1}, name="Broken")
    rule(ada, broken)
    done = run("segments", "run")
    assert done.returncode == 1
    assert done.stdout == (
        "Prospects: 0 entered, 0 left. Nothing to do.\n"
        "Broken: failed: This filter cannot be used: there is no field “nothing” (at field).\n"
    )
    assert run("segments", "list").stdout == (
        "Broken: This filter cannot be used: in the segment “Broken”, there is no field “nothing” at field"
        " (at value).\n"
        "  When a customer enters: add the tag “Seen”\n"
        "Prospects: 2 customers\n"
        "  When a customer enters: add the tag “New”\n"
    )
    prospect(ada)
    report = json.loads(run("segments", "run", "Prospects", "--json").stdout)
    assert (report["segments"][0]["entered"], report["segments"][0]["did"][0]["changed"]) == (1, 1)
    assert "called Nobody" in failed(run("segments", "run", "Nobody"))
    chores = run("chores", "run")
    assert chores.returncode == 1
    assert "Rules of segments: failed: The rules of “Broken” could not be run" in chores.stdout
    assert "Sizes of segments: nothing to do." in chores.stdout
    assert run("chores", "run").stdout == "Nothing is due.\n"
    listed = run("chores", "list").stdout
    assert "segment_rules: Rules of segments, every 15 minutes\n" in listed
    assert "Ada Admin: failed: The rules of “Broken”" in listed
