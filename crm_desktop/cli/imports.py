"""Records from files of other programs."""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli import connection, import_words, progress
from crm_desktop.cli.options import AsJson, DataDir, ProfileName, Username
from crm_desktop.errors import CrmError, NotFound

if TYPE_CHECKING:
    from crm_desktop.database.engine import Database
    from crm_desktop.importing.plan import Kind, Plan

NORTHWIND_FILES = ("customers.csv", "categories.csv", "products.csv", "orders.csv", "order-details.csv")
imports = typer.Typer(help="Load records from files of other programs.", no_args_is_help=False)


class Key(StrEnum):
    """What makes a row and a customer the same."""

    usual = "usual"
    customer_number = "customer-number"
    email = "email"
    phone = "phone"
    email_or_phone = "email-or-phone"
    company_city = "company-city"


class Existing(StrEnum):
    """What happens to a row whose record is there already."""

    skip = "skip"
    update = "update"
    create = "create"


File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A CSV, TSV, XLSX or vCard file; tables with column names in their first row."),
]
MappingName = Annotated[
    str | None, typer.Option("--mapping", metavar="NAME", help="What was saved under this name in the window.")
]
KeyOption = Annotated[
    Key | None,
    typer.Option("--key", help="What makes a row and a customer the same. usual: number, address, or name and place."),
]
ExistingOption = Annotated[
    Existing | None, typer.Option("--existing", help="What to do with rows of records that are there already.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="An update replaces what is filled, too.")]
Sheet = Annotated[str, typer.Option("--sheet", help="The sheet of a workbook; default: the first.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what each row would do, and change nothing.")]
Currency = Annotated[str, typer.Option("--currency", metavar="CODE", help="The currency of rows that name none.")]


@imports.callback()
def _imports() -> None:
    """Load records from files of other programs."""


@imports.command()
def customers(
    file: File,
    mapping: MappingName = None,
    key: KeyOption = None,
    existing: ExistingOption = None,
    overwrite: Overwrite = False,
    sheet: Sheet = "",
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
    as_json: AsJson = False,
) -> None:
    """Load customers from a file: all of it or, when stopped, nothing.

    Encoding, delimiter and columns are recognised. Rows of customers that are there already are skipped; rows that
    break a rule are refused and written to a file beside this one, to be corrected and imported again."""
    with connection.signed_in(data_dir, profile, username) as database:
        plan = _plan(database, "customers", mapping, key, existing, overwrite, sheet)
        _import(database, file, plan, dry_run=dry_run, as_json=as_json)


@imports.command()
def contacts(
    file: File,
    mapping: MappingName = None,
    existing: ExistingOption = None,
    overwrite: Overwrite = False,
    sheet: Sheet = "",
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
    as_json: AsJson = False,
) -> None:
    """Load contacts of companies from a file: all of it or, when stopped, nothing.

    A company is found by its name or the domain of an email address; one that is not there is created."""
    with connection.signed_in(data_dir, profile, username) as database:
        plan = _plan(database, "contacts", mapping, None, existing, overwrite, sheet)
        _import(database, file, plan, dry_run=dry_run, as_json=as_json)


@imports.command()
def interactions(
    file: File,
    mapping: MappingName = None,
    existing: ExistingOption = None,
    sheet: Sheet = "",
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
    as_json: AsJson = False,
) -> None:
    """Load interactions from a file: all of it or, when stopped, nothing.

    Customers are found by email address, phone number or name. Interactions are written in your own name; an
    administrator may name their authors in a column. Those that are there already are not changed."""
    if existing is Existing.update:
        raise typer.BadParameter("Interactions that are there are never changed by an import: skip or create.")
    with connection.signed_in(data_dir, profile, username) as database:
        plan = _plan(database, "interactions", mapping, None, existing, False, sheet)
        _import(database, file, plan, dry_run=dry_run, as_json=as_json)


@imports.command()
def products(
    file: File,
    mapping: MappingName = None,
    existing: ExistingOption = None,
    currency: Currency = "",
    sheet: Sheet = "",
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
    as_json: AsJson = False,
) -> None:
    """Load products from a file: all of it or, when stopped, nothing.

    A product is known by its SKU. Those that are there already are skipped, or get what the row says."""
    _never_create(existing, "SKU")
    with connection.signed_in(data_dir, profile, username) as database:
        plan = _plan(database, "products", mapping, None, existing, False, sheet)
        _import(database, file, _in_currency(plan, currency), dry_run=dry_run, as_json=as_json)


@imports.command()
def orders(
    file: File,
    mapping: MappingName = None,
    existing: ExistingOption = None,
    currency: Currency = "",
    sheet: Sheet = "",
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
    as_json: AsJson = False,
) -> None:
    """Load orders from a file, one row for each line or one for each order: all of it or, when stopped, nothing.

    Rows of the same order number make one order, which comes whole or not at all. The customer is found by number,
    email address, phone or name, a product by its SKU; both have to be there."""
    _never_create(existing, "number")
    with connection.signed_in(data_dir, profile, username) as database:
        plan = _plan(database, "orders", mapping, None, existing, False, sheet)
        _import(database, file, _in_currency(plan, currency), dry_run=dry_run, as_json=as_json)


@imports.command()
def northwind(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=f"The folder with {', '.join(NORTHWIND_FILES)}.")],
    currency: Currency = "USD",
    existing: ExistingOption = None,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
    as_json: AsJson = False,
) -> None:
    """Load customers, products and orders of Northwind, or of whatever writes the same files: all or nothing.

    What is there already, by the number of the customer, the product or the order, is skipped, so that running it again
    doubles nothing. One entry in the list of imports takes all of it back."""
    from crm_desktop.importing.northwind import import_northwind

    _never_create(existing, "number")
    with connection.signed_in(data_dir, profile, username) as database:
        title = "Checking" if dry_run else "Importing"
        with progress.cancelled_by_signals() as cancellation, progress.shown(title) as tell:
            found = import_northwind(
                database, folder, currency=currency, existing="skip" if existing is None else existing.value,
                dry_run=dry_run, progress=tell, cancelled=cancellation,
            )  # fmt: skip
    if as_json:
        made = {
            "dry_run": dry_run, "orders": found.orders, "total": str(found.total), "currency": found.currency,
            "seconds": round(found.seconds, 3),
            "parts": [import_words.as_json(part, None) | {"dry_run": dry_run} for part in found.parts],
        }  # fmt: skip
        typer.echo(json.dumps(made, ensure_ascii=False, indent=2))
        return
    if dry_run:
        typer.echo("Nothing was changed. The import would be:")
    for part in found.parts:
        typer.echo(f"{part.kind.capitalize()}, {part.file.name}: {import_words.as_text(part, None)}")
    typer.echo(f"{found.orders:,} orders of these files, {found.total:,.2f} {found.currency} in all.")


def _never_create(existing: Existing | None, key: str) -> None:
    if existing is Existing.create:
        raise typer.BadParameter(f"No two have the same {key}: skip or update.")


def _in_currency(plan: Plan, code: str) -> Plan:
    """The plan with a currency for rows that name none."""
    return replace(plan, fixed={**plan.fixed, "currency": code}) if code else plan


def _plan(
    database: Database,
    kind: Kind,
    mapping: str | None,
    key: Key | None,
    existing: Existing | None,
    overwrite: bool,
    sheet: str,
) -> Plan:
    """What was saved under the name, with what the command line says beyond that."""
    from crm_desktop.importing.plan import Plan
    from crm_desktop.importing.saved import list_mappings

    plan = Plan(kind=kind)
    if mapping is not None:
        with database.session() as session:
            found = {saved.name: saved.plan for saved in list_mappings(session, kind)}
        if mapping not in found:
            known = ", ".join(sorted(found)) or "none yet"
            raise NotFound(f"There is no mapping for {kind} called {mapping}.", hint=f"There are: {known}.")
        plan = found[mapping]
    return replace(
        plan,
        key=plan.key if key is None else key.value.replace("-", "_"),
        existing=plan.existing if existing is None else existing.value,
        overwrite=plan.overwrite or overwrite,
        properties=replace(plan.properties, sheet=sheet),
    )


def _import(database: Database, file: Path, plan: Plan, *, dry_run: bool, as_json: bool) -> None:
    from crm_desktop.importing.run import run, try_out
    from crm_desktop.importing.saved import fitted
    from crm_desktop.importing.sources import look_at

    if not file.is_file():
        raise CrmError(f"There is no file {file}." if not file.exists() else f"{file} is not a file.")
    source = look_at(file, plan.properties, plan.kind)
    plan = fitted(plan, source.header)
    if plan.columns is not None and len(plan.columns) != len(source.header):
        raise CrmError(
            f"The mapping is for a file with {len(plan.columns)} columns; {file.name} has {len(source.header)}.",
            hint="Choose another mapping, or none: the columns are then recognised by their names.",
        )
    title = "Checking" if dry_run else "Importing"
    with progress.cancelled_by_signals() as cancellation, progress.shown(title) as tell:
        if dry_run:
            report, differences = try_out(database, file, plan, progress=tell, cancelled=cancellation)
        else:
            report, differences = run(database, file, plan, progress=tell, cancelled=cancellation), None
    try:
        if as_json:
            typer.echo(json.dumps(import_words.as_json(report, differences), ensure_ascii=False, indent=2))
        else:
            typer.echo(import_words.as_text(report, differences))
    finally:
        if differences is not None:
            differences.close()
