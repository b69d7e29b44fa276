"""The form in which a password may leave this computer: the server stores it, and never sees the password itself."""

from __future__ import annotations

import psycopg


def verifier(connection: psycopg.Connection[object], username: str, password: str) -> str:
    """The SCRAM verifier (RFC 5803) of a password, as `CREATE ROLE ... PASSWORD` takes it."""
    encrypted = connection.pgconn.encrypt_password(password.encode(), username.encode(), b"scram-sha-256")
    return encrypted.decode("ascii")
