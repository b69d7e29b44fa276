"""What a failed command says."""

from __future__ import annotations

import pytest

from crm_desktop.cli.failures import guarded
from crm_desktop.database.failures_connecting import connection_failure


def test_a_lost_connection_has_the_hint_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Only the window keeps trying."""

    def command() -> None:
        raise connection_failure("server closed the connection unexpectedly")

    assert guarded(command) == 1
    assert capsys.readouterr().err == (
        "crm-desktop: The connection to the database was lost. See whether what you asked for was done, then run the "
        "command again.\n"
    )
