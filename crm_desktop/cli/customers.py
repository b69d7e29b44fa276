"""Erasing customers, for administrators who are asked to under privacy law."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from crm_desktop.cli import connection
from crm_desktop.cli.options import DataDir, ProfileName, Username

customers = typer.Typer(help="Customers who have to be erased.", no_args_is_help=True)


@customers.command("deleted")
def deleted(
    words: Annotated[str, typer.Argument(metavar="[WORDS]", help="Part of a name, an address or a number.")] = "",
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
) -> None:
    """Customers who were deleted and can still be brought back: the audit trail keeps them until they are erased."""
    from crm_desktop.customers.erasure import deleted_customers

    with connection.signed_in(data_dir, profile, username) as database, database.session() as session:
        found = deleted_customers(session, words)
    for each in found:
        who = f"{each.name or 'no name'}{f' <{each.email}>' if each.email else ''}"
        typer.echo(f"{each.id}  {each.at.astimezone():%Y-%m-%d %H:%M}  {who}, deleted by {each.by}")
    if not found:
        typer.echo("Nobody who was deleted is left in the trail.")


@customers.command("erase")
def erase(
    customer: Annotated[UUID, typer.Argument(metavar="ID", help="As 'customers deleted' shows it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
) -> None:
    """Erase a customer, deleted or not, with everything that belongs to it and every trace in the audit trail.

    There is no undo. What stays is that somebody was erased, when and by whom. Copies that were made before still hold
    the customer."""
    from crm_desktop.customers.erasure import erase_customer

    with connection.signed_in(data_dir, profile, username) as database:
        if not yes:
            typer.confirm("This cannot be undone. Erase the customer and every trace?", abort=True)
        with database.session() as session:
            erase_customer(session, customer)
    typer.echo("The customer was erased.")
