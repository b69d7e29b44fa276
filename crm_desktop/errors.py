"""Expected failures, with words a person can act on. Any other exception is a bug."""

from __future__ import annotations

from collections.abc import Mapping


class CrmError(Exception):
    """An expected failure: `str(error)` is a sentence for a person, `hint` what to do next ("" when nothing)."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class InvalidInput(CrmError):
    """What was typed cannot be saved: `fields` maps a field's name to what is wrong with it."""

    def __init__(self, fields: Mapping[str, str], message: str = "") -> None:
        super().__init__(message or " ".join(fields.values()) or "Some fields need another look.")
        self.fields = dict(fields)


class StaleRow(CrmError):
    """Somebody else saved the same record first: `theirs` holds what it is now, where that is known."""

    def __init__(
        self,
        message: str = "Somebody else changed this record in the meantime.",
        *,
        hint: str = "Open it again to see the current values.",
        theirs: object = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.theirs = theirs


class NotAllowed(CrmError):
    """The database does not let this person do it."""


class NotFound(CrmError):
    """The record is not there (any more)."""


class Cancelled(CrmError):
    """The person stopped it."""

    def __init__(self, message: str = "Cancelled.", *, hint: str = "") -> None:
        super().__init__(message, hint=hint)


class DiskFull(CrmError):
    """No space is left where the data or a file has to be written."""


class ConnectionLost(CrmError):
    """The connection broke while it was in use."""


class ServerUnavailable(CrmError):
    """No server can be reached, or it takes nobody at the moment."""


class WrongPassword(CrmError):
    """Username or password is wrong."""


class AccountDeactivated(CrmError):
    """The account exists, but may not sign in."""


class NoCrmAccess(CrmError):
    """The account exists, but has no access to the CRM."""


class SchemaMismatch(CrmError):
    """The database is older or newer than this program knows."""


class DataFolderProblem(CrmError):
    """The data folder on this computer cannot be used as it is."""


class ImportRefused(CrmError):
    """A file cannot be imported at all."""
