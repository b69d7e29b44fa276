"""Databases of a company, from the command line alone: remembered, set up, and worked with."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from crm_desktop import paths
from crm_desktop.cli.app import run
from crm_desktop.database.target import Target
from crm_desktop.database.upgrade import connect, head_revision, known_revisions, revision_of
from crm_desktop.settings import Profile, ProfileStore
from tests.cli.calling import PASSWORD
from tests.helpers.postgres import Server15


@dataclass(frozen=True)
class Said:
    stdout: str
    stderr: str


class Account:
    """Runs commands in this process as an account whose settings are in `folder`."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = folder / "profiles.json"
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(paths, "user_config_dir", lambda: folder)

    def __call__(self, *arguments: str, answers: tuple[str, ...] = (), code: int = 0) -> Said:
        """What a command says that ends with `code`; `answers` are the lines of standard input."""
        self._monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in answers)))
        ended = run(arguments)
        said = Said(*self._capsys.readouterr())
        assert ended == code, said
        return said

    def refused(self, *arguments: str, answers: tuple[str, ...] = (), code: int = 1) -> str:
        """The one line that a failed command says."""
        said = self(*arguments, answers=answers, code=code)
        (line,) = said.stderr.splitlines()
        assert said.stdout == ""
        return line


@pytest.fixture
def account(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Account:
    return Account(tmp_path, capsys, monkeypatch)


def test_a_company_server_is_remembered_listed_and_forgotten(account: Account, tmp_path: Path) -> None:
    authority = tmp_path / "root.pem"
    authority.write_text("")
    made = account(
        "profiles", "add", "Head office", "--host", "db1.example.com", "--host", "db2.example.com", "--port", "5433",
        "--dbname", "sales", "--root-certificate", str(authority),
    )  # fmt: skip
    assert made.stdout == (
        f"Head office is sales on db1.example.com, db2.example.com:5433. It is kept in {account.file}.\n"
    )
    target = Target(("db1.example.com", "db2.example.com"), 5433, "sales", "verify-full", str(authority))
    assert ProfileStore(account.file).load() == [Profile("Head office", "server", target=target)]
    assert "already" in account.refused("profiles", "add", "Head office", "--host", "db.example.com")
    assert account("profiles", "list").stdout == (
        "Head office: sales on db1.example.com, db2.example.com:5433, TLS verify-full\n"
    )
    (listed,) = json.loads(account("profiles", "list", "--json").stdout)
    assert (listed["name"], listed["target"]["sslrootcert"]) == ("Head office", str(authority))
    assert "Head office" in account.refused("profiles", "remove", "Office")
    account("profiles", "remove", "Head office")
    assert "profiles add" in account("profiles", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "says", "code"),
    [
        (("add", " ", "--host", "db"), "needs a name", 1),
        (("add", "x", "--host", ","), "Name the server", 1),
        (("add", "x", "--host", "a\nb"), "Name the server", 1),
        (("add", "x", "--host", "db", "--dbname", "a\0b"), "Name the server", 1),
        (("add", "x", "--host", "d\udcff"), "Name the server", 1),
        (("add", "x", "--host", "postgresql://ada:secret@db/crm"), "only the server's name", 1),
        (("add", "x", "--host", "db:5433"), "--port", 1),
        (("add", "x", "--host", "db", "--root-certificate", "nowhere.pem"), "no file nowhere.pem", 1),
        (("add", "x", "--host", "db", "--tls", "maybe"), "maybe", 2),
        (("add", "x"), "--host", 2),
    ],
)
def test_what_is_no_server_is_not_remembered(
    account: Account, arguments: tuple[str, ...], says: str, code: int
) -> None:
    assert says in account.refused("profiles", *arguments, code=code)
    assert not account.file.exists()


def test_an_address_of_numbers_is_a_server_and_so_is_a_folder(account: Account) -> None:
    for number, host in enumerate(("::1", "192.0.2.7", "/run/postgresql", "@crm")):
        account("profiles", "add", str(number), "--host", host)


@pytest.mark.postgres15
def test_a_company_server_is_set_up_without_a_window(account: Account, postgres15: Server15) -> None:
    target = postgres15.create_database("fresh")
    (host,) = target.hosts
    account("profiles", "add", "company", "--host", host, "--dbname", "fresh")
    init = ("init", "--profile", "company", "--admin", "frida")
    assert "--owner LOGIN" in account.refused(*init)
    owner = (*init, "--owner", postgres15.owner)
    assert "password is wrong" in account.refused(*owner, answers=("guess",))
    for weak in ("", "short", "password"):  # it would be the only one who could change it
        account.refused(*owner, answers=(postgres15.password, weak))
    assert "lower-case" in account.refused(*owner, "--admin", "o'brien", answers=(postgres15.password, PASSWORD))
    made = account(*owner, answers=(postgres15.password, PASSWORD))
    assert made.stdout == "frida is the administrator of fresh on this computer.\n", made.stderr
    older = known_revisions()[-2]
    for revision in (head_revision(), older):
        with connect(target, postgres15.owner, postgres15.password) as connection:
            connection.execute("UPDATE crm.alembic_version SET version_num = %s", (revision,))
        assert "an administrator already" in account.refused(*owner, answers=(postgres15.password, PASSWORD))
    # Who upgrades it is asked for a copy first.
    assert revision_of(target, postgres15.owner, postgres15.password) == older
    with connect(target, postgres15.owner, postgres15.password) as connection:
        connection.execute("UPDATE crm.alembic_version SET version_num = %s", (head_revision(),))
    listed = account("users", "list", "--profile", "company", "--username", "frida", answers=(PASSWORD,))
    assert "frida" in listed.stdout and "admin" in listed.stdout, listed.stderr
    assert not any(secret in made.stdout + made.stderr for secret in (PASSWORD, postgres15.password))
