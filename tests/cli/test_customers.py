"""Erasing customers under privacy law, also those who were deleted before."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import typer

from crm_desktop.cli import customers
from crm_desktop.database.engine import Database
from crm_desktop.errors import NotFound
from tests.factories.customers import customer
from tests.helpers.postgres import Crm


@pytest.fixture
def signed_in(clean: Crm, admin: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def here(*_: object):  # type: ignore[no-untyped-def]
        yield admin

    monkeypatch.setattr(customers.connection, "signed_in", here)


def test_who_was_deleted_is_found_and_erased(
    clean: Crm, signed_in: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with clean.connect() as ada:
        who = customer(ada, contact_name="Zoë Quist", email="zoe@example.org")
        other = customer(ada, contact_name="Ana Ruiz")
        ada.execute("DELETE FROM crm.customers WHERE id = ANY (%s)", ([who, other],))

    def shown(words: str = "") -> list[str]:
        customers.deleted(words)
        return capsys.readouterr().out.splitlines()

    [line] = shown("ZOE q")
    assert line.startswith(str(who))
    assert line.endswith("Zoë Quist <zoe@example.org>, deleted by ada")
    assert len(shown()) == 2
    monkeypatch.setattr(typer, "confirm", lambda *_a, **_o: (_ for _ in ()).throw(typer.Abort()))
    with pytest.raises(typer.Abort):
        customers.erase(who)
    assert len(shown()) == 2
    customers.erase(who, yes=True)
    assert capsys.readouterr().out == "The customer was erased.\n"
    assert [line.split()[0] for line in shown()] == [str(other)]
    with pytest.raises(NotFound):
        customers.erase(who, yes=True)
    customers.erase(other, yes=True)
    capsys.readouterr()
    assert shown() == ["Nobody who was deleted is left in the trail."]
