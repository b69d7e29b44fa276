"""Which databases this account knows: those that the window remembers, for computers without one."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from crm_desktop.cli import connection
from crm_desktop.cli.options import AsJson
from crm_desktop.database.target import Target
from crm_desktop.errors import CrmError
from crm_desktop.settings import Profile

profiles = typer.Typer(help="The databases that this account knows, for --profile.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the profile is called.")]


class Tls(StrEnum):
    verify_full = "verify-full"
    verify_ca = "verify-ca"
    require = "require"
    prefer = "prefer"
    disable = "disable"


@profiles.command("add")
def add(
    name: Name,
    host: Annotated[
        list[str],
        typer.Option("--host", metavar="HOST", help="The server; again for each standby. A socket's folder will do."),
    ],
    dbname: Annotated[str, typer.Option("--dbname", metavar="NAME", help="The database.")] = "crm",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Of the server.")] = 5432,
    tls: Annotated[
        Tls, typer.Option("--tls", help="How the connection is encrypted, and the server verified.")
    ] = Tls.verify_full,
    root_certificate: Annotated[
        Path | None,
        typer.Option(
            "--root-certificate",
            metavar="FILE",
            help="Whose certificates are accepted (PEM). Default: those that this computer trusts.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Add a company server. Neither a login nor a password is kept."""
    store = connection.profiles()
    name, hosts = name.strip(), tuple(part.strip() for given in host for part in given.split(",") if part.strip())
    if not name or not name.isprintable():
        raise CrmError("A profile needs a name.")
    if not hosts or not dbname.strip() or not "".join((*hosts, dbname)).isprintable():
        raise CrmError("Name the server and the database.")
    for each in hosts:
        if not each.startswith(("/", "@")) and (set(each) & set("/@") or each.count(":") == 1):
            raise CrmError(
                "The host is only the server's name or address.",
                hint="The port is --port, the database --dbname; the login is asked for when it is used.",
            )
    if name in {profile.name for profile in store.load()}:
        raise CrmError(
            f"There is a profile called {name} already.", hint=f"Remove it first: crm-desktop profiles remove {name}"
        )
    if root_certificate is not None and not root_certificate.is_file():
        raise CrmError(f"There is no file {root_certificate}.")
    authority = "" if root_certificate is None else str(root_certificate.absolute())
    target = Target(hosts, port, dbname.strip(), tls.value, authority)
    store.save(Profile(name, "server", target=target))
    typer.echo(f"{name} is {target}. It is kept in {store.path}.")


@profiles.command("list")
def list_profiles(as_json: AsJson = False) -> None:
    """Name the databases that this account knows."""
    found = connection.profiles().load()
    if as_json:
        typer.echo(json.dumps([asdict(profile) for profile in found], default=str, ensure_ascii=False, indent=2))
        return
    for profile in found:
        typer.echo(f"{profile.name}: {profile.target or profile.data_dir}{_tls(profile)}")
    if not found:
        typer.echo("There are none. Add one: crm-desktop profiles add NAME --host HOST")


@profiles.command("remove")
def remove(name: Name) -> None:
    """Forget a database. Its data stays where it is."""
    store = connection.profiles()
    store.find(name)
    store.remove(name)
    typer.echo(f"{name} is forgotten; its data stays where it is.")


def _tls(profile: Profile) -> str:
    return "" if profile.target is None else f", TLS {profile.target.sslmode}"
