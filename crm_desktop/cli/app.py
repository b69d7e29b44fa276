"""All commands under one name."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from crm_desktop.cli import (
    api,
    chores,
    customers,
    data,
    exports,
    imports,
    local,
    loyalty,
    profiles,
    reports,
    segments,
    users,
)
from crm_desktop.cli.failures import guarded
from crm_desktop.cli.options import DataDir, ProfileName

app = typer.Typer(
    name="crm-desktop",
    help="Customers, interactions and loyalty in PostgreSQL. Without a command, the window opens.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(local.init)
app.add_typer(local.server, name="server")
app.add_typer(profiles.profiles, name="profiles")
app.add_typer(imports.imports, name="import")
app.add_typer(exports.exports, name="export")
app.add_typer(reports.reports, name="report")
app.add_typer(api.api, name="api")
app.add_typer(chores.chores, name="chores")
app.add_typer(segments.segments, name="segments")
app.add_typer(loyalty.loyalty, name="loyalty")
app.command("demo")(data.demo)
app.command("stats")(data.stats)
app.add_typer(customers.customers, name="customers")
app.add_typer(users.users, name="users")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"crm-desktop {version('crm-desktop')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    _show_version: bool = typer.Option(False, "--version", is_eager=True, callback=_version, help="Show the version."),
) -> None:
    if context.invoked_subcommand is not None:
        if data_dir is not None or profile is not None:
            raise typer.BadParameter("Write --data-dir and --profile after the command.")
        return
    from crm_desktop.cli.window import open_window

    raise typer.Exit(open_window(data_dir, profile))


def run(arguments: Sequence[str]) -> int:
    """Runs one command; returns what the process ends with."""
    return guarded(lambda: app(list(arguments), prog_name="crm-desktop", standalone_mode=False))
