"""Where a database is, without credentials."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One database: on several `hosts` when the company's server has standbys; a host may be a socket folder."""

    hosts: tuple[str, ...]
    port: int
    dbname: str
    sslmode: str = "prefer"
    sslrootcert: str = ""

    @property
    def is_local(self) -> bool:
        """Whether the server runs on this computer."""
        return all(host.startswith("/") or host in ("localhost", "127.0.0.1", "::1") for host in self.hosts)

    def conninfo(self) -> str:
        """The libpq connection string, without credentials."""
        values = {"host": ",".join(self.hosts), "port": str(self.port), "dbname": self.dbname}
        if not all(host.startswith("/") for host in self.hosts):
            values["sslmode"] = self.sslmode
            if self.sslrootcert:
                values["sslrootcert"] = self.sslrootcert
        if len(self.hosts) > 1:
            values["target_session_attrs"] = "read-write"
        return " ".join(f"{key}={_quoted(value)}" for key, value in values.items())

    def __str__(self) -> str:
        """For people: "crm on db.example.com"."""
        return f"{self.dbname} on {'this computer' if self.is_local else ', '.join(self.hosts)}"


def _quoted(value: str) -> str:
    """`value` as libpq reads it: quoted when it is empty or holds spaces, quotes or backslashes."""
    if value and not any(character.isspace() or character in "'\\" for character in value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
