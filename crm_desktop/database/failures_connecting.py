"""libpq's words for a connection that could not be made, or broke, as `CrmError`s.

Such errors carry no SQLSTATE. The client's own part of the text is English here; the server's part is in the server's
language, so what is not recognised is passed on as it stands.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crm_desktop.database.failures_languages import (
    LOGIN_NOT_PERMITTED,
    NO_RIGHT_TO_DATABASE,
    PASSWORD_FAILED,
    says,
)
from crm_desktop.errors import (
    AccountDeactivated,
    ConnectionLost,
    CrmError,
    DiskFull,
    NoCrmAccess,
    ServerUnavailable,
    WrongPassword,
)

_CHECK_ADDRESS = "Check host and port, the network, and whether the server is running."
_ASK = "Ask the administrator of the server."


class _Meaning(NamedTuple):
    pattern: str
    kind: type[CrmError]
    message: str
    hint: str

    def failure(self) -> CrmError:
        return self.kind(self.message, hint=self.hint)


_WRONG_PASSWORD = _Meaning(
    r"password authentication failed|SASL authentication failed|no password supplied|empty password"
    r"|role \".*\" does not exist|28P01",
    WrongPassword,
    "Username or password is wrong.",
    "Check both, and the caps lock key. An administrator can set a new password.",
)
_DEACTIVATED = _Meaning(
    r"is not permitted to log in",
    AccountDeactivated,
    "This account has been deactivated.",
    "Ask an administrator to activate it again.",
)
_NO_ACCESS = _Meaning(
    r"permission denied for database|User does not have CONNECT privilege",
    NoCrmAccess,
    "Your account has no access to the CRM.",
    "Ask an administrator for the role of an employee.",
)

# The first pattern that is found decides, so what a server said comes before what the network said.
_MEANINGS = (
    _WRONG_PASSWORD,
    _DEACTIVATED,
    _NO_ACCESS,
    _Meaning(
        r"database \".*\" does not exist",
        ServerUnavailable,
        "The server has no database of that name.",
        "Check the name of the database.",
    ),
    _Meaning(
        r"no pg_hba\.conf entry|pg_hba\.conf rejects",
        ServerUnavailable,
        "The server does not accept this computer, account or kind of connection.",
        f"Check the encryption setting (sslmode). {_ASK}",
    ),
    _Meaning(
        r"too many clients already|too many connections|remaining connection slots",
        ServerUnavailable,
        "Too many people are connected to the database.",
        "Try again in a moment.",
    ),
    _Meaning(
        r"the database system is (starting up|shutting down|in recovery mode|not (yet )?accepting)"
        r"|not accepting connections",
        ServerUnavailable,
        "The database server is starting or stopping.",
        "Try again in a moment.",
    ),
    _Meaning(
        r"No space left on device",
        DiskFull,
        "The disk of the database is full.",
        "Free some space on it and try again.",
    ),
    _Meaning(
        r"session is (read-only|not read-only)|server is in hot standby|server is not in hot standby",
        ServerUnavailable,
        "None of the servers can be written to at the moment.",
        "One of them may be taking over from another. Try again in a moment.",
    ),
    _Meaning(
        r"server does not support SSL|SSL was required",
        ServerUnavailable,
        "The server does not encrypt connections.",
        f"{_ASK} Only on a network that you trust, choose the sslmode prefer.",
    ),
    _Meaning(
        r"root certificate file .* does not exist|could not read root certificate",
        ServerUnavailable,
        "The certificate file (CA file) cannot be read.",
        "Choose the file again, or use the certificates of this computer: system.",
    ),
    _Meaning(
        r"certificate verify failed|does not match host name|certificate.*(expired|could not be)|SSL error",
        ServerUnavailable,
        "The server could not prove who it is.",
        f"Check host name and CA file. {_ASK}",
    ),
    _Meaning(
        r"could not translate host name|failed to resolve host|Name or service not known|nodename nor servname"
        r"|Temporary failure in name resolution",
        ServerUnavailable,
        "No server of that name can be found.",
        "Check the host name and the network.",
    ),
    _Meaning(
        r"server closed the connection unexpectedly|connection not open|terminating connection"
        r"|the connection is (closed|lost)|connection pointer is NULL|consuming input failed|sending.*failed"
        r"|could not (receive|send) data|flushing failed|SSL connection has been closed",
        ConnectionLost,
        "The connection to the database was lost.",
        "The program keeps trying to reach it.",
    ),
    _Meaning(
        r"on socket \".*\" failed: (No such file or directory|Connection refused)",
        ServerUnavailable,
        "The database on this computer is not running.",
        "It is being started again: try again in a moment. If that does not help, restart CRM Desktop.",
    ),
    _Meaning(
        r"timeout expired|timed out|Connection timed out|connection timeout",
        ServerUnavailable,
        "The server does not answer.",
        _CHECK_ADDRESS,
    ),
    _Meaning(
        r"Connection refused|No such file or directory|No route to host|Network is unreachable|Host is down",
        ServerUnavailable,
        "The server cannot be reached.",
        _CHECK_ADDRESS,
    ),
)


_IN_OTHER_LANGUAGES = (
    (_WRONG_PASSWORD, PASSWORD_FAILED),
    (_DEACTIVATED, LOGIN_NOT_PERMITTED),
    (_NO_ACCESS, NO_RIGHT_TO_DATABASE),
)


def connection_failure(text: str) -> CrmError:
    """The failure that libpq describes with `text`."""
    for meaning in _MEANINGS:
        if re.search(meaning.pattern, text, re.IGNORECASE):
            return meaning.failure()
    for meaning, sentences in _IN_OTHER_LANGUAGES:
        if says(text, sentences):
            return meaning.failure()
    return ServerUnavailable(f"The server does not accept the connection: {_server_words(text)}", hint=_ASK)


def _server_words(text: str) -> str:
    """What the server itself said: the part after FATAL (or its translation), else the first line."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "no reason given")
    fatal = re.search(r"(?:FATAL|ERROR|PANIC)\S*:\s+(.*)", text)
    return (fatal.group(1) if fatal else first.removeprefix("connection failed: ")).strip()
