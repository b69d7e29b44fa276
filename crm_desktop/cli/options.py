"""The options that many commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DIR", help="The folder of a database on this computer.", show_default=False),
]
ProfileName = Annotated[
    str | None,
    typer.Option("--profile", metavar="NAME", help="A connection: see crm-desktop profiles.", show_default=False),
]
Username = Annotated[
    str | None,
    typer.Option("--username", "-u", metavar="NAME", help="Who acts. Default: who signed in last.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
