"""The real command in a process of its own: what it prints, what it ends with, what it leaves behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.calling import COMMAND, PASSWORD, call, failed, init
from tests.core.test_northwind import SMALL as NORTHWIND
from tests.helpers.local_server import data_folder, running

CSV = "name,company,email,phone,country\nAnn Lee,,ann@example.com,,\nBöb,Acme,,030 1234567,Germany\nBad,,nonsense,,\n"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A data folder with its administrator ada, whose server is kept up: a command then takes half the time."""
    with data_folder("data für alle") as path:
        init(path)
        with running(path):
            yield path


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs a command as ada."""

    def as_ada(*arguments: str, more: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return call(*arguments, "--username", "ada", folder=folder, answers=[PASSWORD, *more])

    return as_ada


def test_a_second_administrator_is_not_made_by_init(folder: Path) -> None:
    said = failed(call("init", "--admin", "eve", folder=folder, answers=["another password"]))
    assert "has an administrator already" in said


def test_an_import_end_to_end(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(CSV, encoding="cp1252")
    done = run("import", "customers", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "2 created, 0 skipped, 1 refused."
    assert "Line 4 refused: This is not an email address" in done.stdout
    assert f"The refused rows are in {tmp_path / 'people.refused.csv'}" in done.stdout
    again = json.loads(run("import", "customers", str(file), "--json").stdout)
    assert (again["created"], again["skipped"], again["refused"]) == (0, 2, 1)
    stats = json.loads(run("stats", "--json").stdout)
    assert stats["customers"]["by_type"] == {"business": 1, "individual": 1}
    file.write_text("company,name,email,city\nAcme,Cy Fox,cy@acme.example,\n", encoding="utf-8")
    assert run("import", "contacts", str(file)).stdout.startswith("1 created, 0 skipped, 0 refused.")
    file.write_text("email,city,date,subject\nann@example.com,Oslo,2026-03-04,Offer\n", encoding="utf-8")
    assert run("import", "interactions", str(file)).stdout.startswith("1 created, 0 skipped, 0 refused.")
    file.write_text("name,email,city\nAnn,ann@example.com,Oslo\n", encoding="utf-8")
    options = ("--key", "email", "--existing", "update", "--dry-run")
    tried = run("import", "customers", str(file), *options).stdout.splitlines()
    assert tried[:3] == [
        "Nothing was changed. The import would be:",
        "0 created, 1 updated, 0 skipped, 0 refused.",
        "Line 2 updates Ann: city: (blank) -> Oslo",
    ]
    assert "There is no mapping for customers called x" in failed(
        run("import", "customers", str(file), "--mapping", "x")
    )
    file.write_text("sku,name,price\nTEA,Tea,4.50\n", encoding="utf-8")
    assert run("import", "products", str(file), "--currency", "USD").stdout.startswith("1 created, 0 skipped")
    file.write_text("order,date,email,sku,qty\n7,2026-03-04,ann@example.com,TEA,2\n", encoding="utf-8")
    for said in ("1 created, 0 skipped, 0 refused.", "0 created, 1 skipped, 0 refused."):
        assert run("import", "orders", str(file)).stdout.splitlines()[0] == said
    refused = run("import", "orders", str(file), "--existing", "create")
    assert (refused.returncode, "No two have the same number" in refused.stderr) == (2, True)


def test_northwind_in_one_command(run: Run, tmp_path: Path) -> None:
    for name, text in NORTHWIND.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for begin in (["Nothing was changed. The import would be:"], []):
        done = run("import", "northwind", str(tmp_path), *(["--dry-run"] if begin else []))
        assert done.returncode == 0, done.stderr
        assert [line for line in done.stdout.splitlines() if "created" in line or "in all" in line] == [
            "Customers, customers.csv: 2 created, 0 skipped, 0 refused.",
            "Products, products.csv: 2 created, 0 skipped, 0 refused.",
            "Orders, order-details.csv: 3 created, 0 skipped, 0 refused.",
            "2 orders of these files, 135.16 USD in all.",
        ]
        assert done.stdout.splitlines()[: len(begin)] == begin
    again = json.loads(run("import", "northwind", str(tmp_path), "--json").stdout)
    assert (again["orders"], again["total"], again["currency"]) == (2, "135.1610", "USD")
    assert [(part["created"], part["skipped"]) for part in again["parts"]] == [(0, 2), (0, 2), (0, 3)]
    (tmp_path / "orders.csv").unlink()
    assert "has no orders.csv" in failed(run("import", "northwind", str(tmp_path)))


def test_an_export_end_to_end(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,email\nExport Me,export@example.com\nNot Me,\n", encoding="utf-8")
    assert run("import", "customers", str(file)).returncode == 0
    wanted = tmp_path / "filter.json"
    wanted.write_text('{"field": "email", "operator": "is_filled"}')
    path = tmp_path / "out.csv"
    arguments = ["export", "customers", str(path), "--search", "me", "--filter", str(wanted), "--columns", "name,email"]
    done = run(*arguments, "--delimiter", "semicolon", "--no-bom")
    assert done.stdout == f"1 customer written to {path}.\n", done.stderr
    assert path.read_text(encoding="utf-8") == "Name;Email\nExport Me;export@example.com\n"
    said = json.loads(run("export", "interactions", str(tmp_path / "out.xlsx"), "--json").stdout)
    assert said["sheets"] == 1
    for wrong, words in (
        (["customers", str(tmp_path / "out.doc")], "End it with .csv, .xlsx or .vcf"),
        (["customers", str(path), "--filter", "{"], "no JSON"),
        (["customers", str(path), "--filter", '{"field": "x", "operator": "is", "value": 1}'], "no field"),
        (["customers", str(path), "--columns", "x"], "no column x"),
        (["interactions", str(tmp_path / "out.vcf")], "Only customers"),
    ):
        assert words in failed(run("export", *wrong))
    assert "Sort by one of" in failed(run("export", "customers", str(path), "--sort", "x"), code=2)


def test_people_end_to_end(run: Run, folder: Path) -> None:
    new = "a new long password"
    assert run("users", "add", "emil", "--role", "employee", "--display-name", "Emil E.", more=(new,)).returncode == 0
    assert "emil  employee  Emil E." in run("users", "list").stdout
    as_emil = ["stats", "--username", "emil"]
    assert call(*as_emil, folder=folder, answers=[new]).returncode == 0
    refused = call("users", "add", "x.y", "--role", "admin", "--username", "emil", folder=folder, answers=[new, new])
    assert failed(refused)
    assert run("users", "forbid-export", "emil").returncode == 0
    no = call("export", "customers", str(folder / "x.csv"), "--username", "emil", folder=folder, answers=[new])
    assert "may not export" in failed(no)
    assert "administrators always may" in failed(run("users", "forbid-export", "ada"))
    assert run("users", "allow-export", "emil").returncode == 0
    assert run("users", "reset-password", "emil", more=("yet another password",)).returncode == 0
    assert "password is wrong" in failed(call(*as_emil, folder=folder, answers=[new]))
    assert run("users", "deactivate", "emil").returncode == 0
    assert "deactivated" in failed(call(*as_emil, folder=folder, answers=["yet another password"]))
    assert run("users", "reactivate", "emil").returncode == 0
    assert run("users", "change-role", "emil", "--role", "admin").returncode == 0
    people = {person["username"]: person for person in json.loads(run("users", "list", "--json").stdout)}
    assert people["emil"]["role"] == "admin"
    assert run("users", "change-role", "emil", "--role", "employee").returncode == 0
    assert "has no access" in run("users", "change-role", "emil", "--role", "user").stdout
    assert "no access to the CRM" in failed(call(*as_emil, folder=folder, answers=["yet another password"]))
    assert "last active administrator" in failed(run("users", "deactivate", "ada"))
    assert "nobody with the username" in failed(run("users", "deactivate", "nobody"))


def test_an_upgrade_leaves_a_database_of_this_revision_as_it_is(folder: Path, run: Run) -> None:
    done = call("server", "upgrade", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "schema of this program" in done.stdout
    assert run("stats", "--json").returncode == 0


def test_sample_data_end_to_end(run: Run) -> None:
    before = json.loads(run("stats", "--json").stdout)["interactions"]["total"]
    done = run("demo", "--customers", "30", "--interactions", "50", "--seed", "3")
    assert re.fullmatch(r"30 customers and 50 interactions in [\d.]+ s\.\n", done.stdout), done.stderr
    assert json.loads(run("stats", "--json").stdout)["interactions"]["total"] == before + 50
    assert "due today" in run("stats").stdout


@pytest.mark.parametrize(
    ("arguments", "answers", "words"),
    [
        (["stats", "--username", "ada"], ["wrong"], "Username or password is wrong"),
        (["stats", "--username", "nobody"], ["wrong"], "Username or password is wrong"),
        (["stats", "--username", "ada"], [], "The password of ada is missing on standard input"),
        (["stats"], [PASSWORD], "It is not said who acts"),
        (["stats", "--profile", "Office", "--username", "ada"], [PASSWORD], "not both"),
        (["import", "customers", "/nowhere.csv", "--username", "ada"], [PASSWORD], "There is no file /nowhere.csv"),
        (["import", "customers", "/", "--username", "ada"], [PASSWORD], "/ is not a file"),
        (
            ["users", "add", "kim", "--role", "employee", "--username", "ada"],
            [PASSWORD],
            "new password of kim is missing",
        ),
        (["users", "add", "kim", "--role", "employee", "--username", "ada"], [PASSWORD, "short"], "8"),
    ],
)
def test_failures_are_one_line(folder: Path, arguments: list[str], answers: list[str], words: str) -> None:
    assert words in failed(call(*arguments, folder=folder, answers=answers))


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["users", "add"], ["import", "customers"], ["demo", "--customers", "-1"]]
)
def test_misuse_is_one_line_and_2(folder: Path, arguments: list[str]) -> None:
    assert "--help" in failed(call(*arguments, folder=folder), code=2)


def test_a_folder_without_a_database_stays_untouched(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    assert "crm-desktop init" in failed(call("stats", "--username", "ada", folder=folder, answers=["x"]))
    assert "crm-desktop init" in failed(call("server", "run", folder=folder))
    assert not folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_interrupted_import_imports_nothing(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text(
        "name,phone,country\n" + "".join(f"Person {n},030 {1_000_000 + n},Germany\n" for n in range(150_000))
    )
    before = json.loads(run("stats", "--json").stdout)["customers"]["total"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*COMMAND, "import", "customers", str(file), "--username", "ada", "--data-dir", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(f"{PASSWORD}\n")
        process.stdin.flush()
        assert "rows read" in process.stderr.readline()  # some batches are in the database by now
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "crm-desktop: The import was cancelled. Nothing was imported."
    assert json.loads(run("stats", "--json").stdout)["customers"]["total"] == before
    assert [path.name for path in tmp_path.iterdir()] == ["many.csv"]


def test_help_and_version_name_every_command(tmp_path: Path) -> None:
    shown = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True, timeout=60).stdout
    for command in ("init", "demo", "stats", "server", "import", "export", "loyalty", "users"):
        assert re.search(rf"^  {command} ", shown, re.MULTILINE)
    version = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
    assert re.fullmatch(r"crm-desktop \d+\.\d+\.\d+\S*\n", version)
