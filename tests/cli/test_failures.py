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


def test_a_text_that_is_none_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """An argument that was typed in another encoding."""
    assert guarded(lambda: "d\udcff".encode()) == 1
    assert capsys.readouterr().err == "crm-desktop: A text holds characters that cannot be used here.\n"
