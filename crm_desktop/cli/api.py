"""The REST API, for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crm_desktop.cli import connection
from crm_desktop.cli.options import DataDir, ProfileName

api = typer.Typer(help="The REST API, for other programs (docs/api.md).", no_args_is_help=True)


@api.command("serve")
def serve(
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 takes a free one, and the first line says which.")
    ] = 8765,
    tls_cert: Annotated[
        Path | None,
        typer.Option("--tls-cert", metavar="FILE", help="The certificate (PEM) to speak TLS with.", show_default=False),
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", metavar="FILE", help="Its key (PEM).", show_default=False)
    ] = None,
    behind_proxy: Annotated[
        list[str] | None,
        typer.Option(
            "--behind-proxy",
            metavar="ADDRESS",
            help="The IP address of a proxy that does TLS: it alone may say for whom it asks. May be given again.",
            show_default=False,
        ),
    ] = None,
    statement_timeout: Annotated[
        int,
        typer.Option(
            "--statement-timeout",
            metavar="SECONDS",
            min=1,
            max=3600,
            help="How long the database may work on one statement of a request; then 504 is the answer.",
        ),
    ] = 30,
    data_dir: DataDir = None,
    profile: ProfileName = None,
) -> None:
    """Serve the API until Ctrl+C or SIGTERM. Each request signs in as a member of staff; nobody is signed in here."""
    from crm_desktop.api.serving import Address, serve

    address = Address(host, port, tls_cert, tls_key, tuple(behind_proxy or ()))
    address.check()
    found = connection.chosen(data_dir, profile)
    if found.data_dir is not None:
        with connection.local_server(found.data_dir) as server:
            serve(server.target(), address, typer.echo, statement_seconds=statement_timeout)
    elif found.target is not None:
        serve(found.target, address, typer.echo, statement_seconds=statement_timeout)
