"""Where a database is, without credentials."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_USUAL_PORT = 5432

# Where operating systems keep the certificates they trust. The OpenSSL inside psycopg's wheels looks elsewhere, so
# that its own "system" would find none.
_TRUSTED_BY_THE_SYSTEM = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, Red Hat
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # macOS, Alpine
)


@dataclass(frozen=True)
class Target:
    """One database: on several `hosts` when the company's server has standbys; a host may be a socket folder.

    `sslmode` is libpq's; `sslrootcert` a file, or "" or "system" for the certificates that this computer trusts.
    """

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
            if self.sslrootcert not in ("", "system"):
                values["sslrootcert"] = self.sslrootcert
            elif self.sslmode.startswith("verify") or self.sslrootcert:
                values["sslrootcert"] = _certificates_of_the_system()
        if len(self.hosts) > 1:
            values["target_session_attrs"] = "read-write"
        return " ".join(f"{key}={_quoted(value)}" for key, value in values.items())

    def __str__(self) -> str:
        """For people: "crm on db.example.com", with the port where it is not the usual one."""
        if all(host.startswith("/") for host in self.hosts):
            return f"{self.dbname} on this computer"
        port = "" if self.port == _USUAL_PORT else f":{self.port}"
        return f"{self.dbname} on {', '.join(self.hosts)}{port}"


def _certificates_of_the_system() -> str:
    return next((path for path in _TRUSTED_BY_THE_SYSTEM if Path(path).is_file()), "system")


def _quoted(value: str) -> str:
    """`value` as libpq reads it: quoted when it is empty or holds spaces, quotes or backslashes."""
    if value and not any(character.isspace() or character in "'\\" for character in value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
