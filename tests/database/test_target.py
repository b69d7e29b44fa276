"""Connection strings as libpq reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from crm_desktop.database import target as module
from crm_desktop.database.target import Target


def test_a_socket_folder_with_spaces_and_quotes() -> None:
    target = Target(("/tmp/Ana's \\ folder",), 5432, "crm")
    assert conninfo_to_dict(target.conninfo()) == {"host": "/tmp/Ana's \\ folder", "port": "5432", "dbname": "crm"}
    assert target.is_local
    assert str(target) == "crm on this computer"


def test_a_server_with_a_standby() -> None:
    target = Target(("db1.example.com", "db2.example.com"), 5433, "sales", "verify-full", "/etc/our ca.pem")
    assert conninfo_to_dict(target.conninfo()) == {
        "host": "db1.example.com,db2.example.com",
        "port": "5433",
        "dbname": "sales",
        "sslmode": "verify-full",
        "sslrootcert": "/etc/our ca.pem",
        "target_session_attrs": "read-write",
    }
    assert not target.is_local
    assert str(target) == "sales on db1.example.com, db2.example.com:5433"


def test_the_certificates_of_this_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "bundle.crt"
    monkeypatch.setattr(module, "_TRUSTED_BY_THE_SYSTEM", (str(bundle),))
    for target in (Target(("db",), 5432, "crm", "verify-full"), Target(("db",), 5432, "crm", "require", "system")):
        bundle.unlink(missing_ok=True)
        assert conninfo_to_dict(target.conninfo())["sslrootcert"] == "system"
        bundle.write_text("")
        assert conninfo_to_dict(target.conninfo())["sslrootcert"] == str(bundle)
    assert "sslrootcert" not in conninfo_to_dict(Target(("db",), 5432, "crm").conninfo())
