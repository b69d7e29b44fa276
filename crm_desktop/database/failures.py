"""What the database says, in words for people: SQLSTATEs and libpq's connection errors become `CrmError`s."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy.exc
import sqlalchemy.orm.exc

from crm_desktop.database.failures_connecting import connection_failure
from crm_desktop.errors import (
    Cancelled,
    ConnectionLost,
    CrmError,
    DiskFull,
    InvalidInput,
    NoCrmAccess,
    NotAllowed,
    NotFound,
    SchemaMismatch,
    ServerUnavailable,
    StaleRow,
)

# The functions of the schema raise these with a message that is meant for people.
RAISED_FOR_PEOPLE: dict[str, type[CrmError]] = {
    "CR001": CrmError,
    "CR002": NotAllowed,
    "CR003": StaleRow,
    "CR004": NotFound,
}

_TRY_AGAIN = "Try again in a moment."


def translate(error: BaseException) -> CrmError | None:
    """The expected failure behind `error`; None when it is a bug."""
    if isinstance(error, CrmError):
        return error
    if isinstance(error, sqlalchemy.orm.exc.StaleDataError):
        return StaleRow()
    if isinstance(error, sqlalchemy.exc.NoResultFound):
        return NotFound("This record is not there any more.", hint="Somebody may have deleted it.")
    if isinstance(error, sqlalchemy.exc.TimeoutError):
        return CrmError("The program is still busy with earlier work.", hint=_TRY_AGAIN)
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        return translate(error.orig) if error.orig is not None else None
    if isinstance(error, psycopg.Error):
        return _from_psycopg(error)
    return None


@contextmanager
def in_words() -> Iterator[None]:
    """Expected failures of the database leave as `CrmError`s, anything else as it came."""
    try:
        yield
    except Exception as error:
        meaning = translate(error)
        if meaning is None or meaning is error:
            raise
        raise meaning from error


def _from_psycopg(error: psycopg.Error) -> CrmError | None:
    code = error.sqlstate
    if code is None:
        # libpq itself failed: no server answered, or it turned the connection down.
        if isinstance(error, psycopg.DataError) and "NUL" in str(error):
            return _UNSTORABLE(error)
        return connection_failure(str(error)) if isinstance(error, psycopg.OperationalError) else None
    if code in RAISED_FOR_PEOPLE:
        return RAISED_FOR_PEOPLE[code](error.diag.message_primary or "", hint=error.diag.message_hint or "")
    for key in (code, code[:2]):
        if key in _BY_STATE:
            return _BY_STATE[key](error)
    return None


# Two people at the same moment: before that, whoever saves is told whose it is.
_TAKEN = {
    "uq_customers_number_key": ("customer_number", "This customer number belongs to another customer."),
    "uq_orders_number_key": ("order_number", "Another order has this number."),
    "uq_products_sku_folded": ("sku", "Another product has this SKU."),
    "pk_order_lines": ("lines", "A line has the id of one that is there already, of this order or of another one."),
}


def _unique(error: psycopg.Error) -> CrmError:
    if taken := _TAKEN.get(error.diag.constraint_name or ""):
        return InvalidInput(dict([taken]))
    fields = _columns(error)
    message = "This value is already in use."
    if not fields:
        return CrmError("The same record is already there.", hint="Look for it before adding it again.")
    return InvalidInput(dict.fromkeys(fields, message))


def _check(error: psycopg.Error) -> CrmError:
    # The naming convention: ck_<table>_<column or rule>.
    name = error.diag.constraint_name or ""
    table = error.diag.table_name or ""
    field = name.removeprefix(f"ck_{table}_").removeprefix(f"{table}_").removesuffix("_check")
    return InvalidInput({field: "This value is not allowed here."}) if field else CrmError("A value is not allowed.")


def _not_null(error: psycopg.Error) -> CrmError:
    return InvalidInput({error.diag.column_name or "": "This has to be filled in."})


def _foreign_key(error: psycopg.Error) -> CrmError:
    if "still referenced" in (error.diag.message_detail or ""):
        return CrmError("Other records still belong to this one.", hint="Delete or move them first.")
    return NotFound(
        "Something that this belongs to is not there any more.", hint="Somebody may have deleted it. Open it again."
    )


def missing_column(error: psycopg.Error) -> str:
    """Which column names a row that is not there, by the naming convention: fk_<table>_<column>_<other table>. The
    detail tells it only to whoever may read the whole table."""
    key = (error.diag.constraint_name or "").removeprefix(f"fk_{error.diag.table_name}_")
    found = re.match(r"(\w+_id)_", key)
    return found[1] if found is not None else ""


def _forbidden(error: psycopg.Error) -> CrmError:
    # Whoever belongs to neither group any more may not even look into the schema, which all languages name at the end.
    if re.search(r"\bcrm\W*$", error.diag.message_primary or ""):
        return NoCrmAccess(
            "Your account has no access to the CRM any more.", hint="An administrator may have deactivated it: ask one."
        )
    return NotAllowed("Your role does not allow this.", hint="Ask an administrator.")


def _cancelled(error: psycopg.Error) -> CrmError:
    if "timeout" in (error.diag.message_primary or ""):
        return CrmError("The database took too long to answer.", hint=_TRY_AGAIN)
    return Cancelled()


def _columns(error: psycopg.Error) -> tuple[str, ...]:
    """The columns of a detail like "Key (email)=(x) already exists."; expressions are no columns."""
    detail = error.diag.message_detail or ""
    inside = detail.partition("(")[2].partition(")=")[0]
    names = [name.strip(' "') for name in inside.split(",")]
    return tuple(names) if all(name.isidentifier() for name in names) else ()


def _fixed(kind: type[CrmError], message: str, hint: str = "") -> Callable[[psycopg.Error], CrmError]:
    return lambda error: kind(message, hint=hint)


_LOST = _fixed(ConnectionLost, "The connection to the database was lost.", "The program keeps trying to reach it.")
_CONFLICT = _fixed(CrmError, "Somebody else changed the same records at the same moment.", _TRY_AGAIN)
_UNSTORABLE = _fixed(CrmError, "A text holds characters that cannot be stored.", "Remove them and try again.")
_OLD_SCHEMA = _fixed(
    SchemaMismatch,
    "The database does not have everything that this program needs.",
    "Its administrator can upgrade it: crm-desktop server upgrade",
)

# A whole SQLSTATE first, then its class (PostgreSQL documentation, appendix A).
_BY_STATE: dict[str, Callable[[psycopg.Error], CrmError]] = {
    "23505": _unique,
    "23P01": _unique,
    "23514": _check,
    "23502": _not_null,
    "23503": _foreign_key,
    "22001": _fixed(CrmError, "A text is too long.", "Shorten it."),
    "22003": _fixed(CrmError, "A number is too large.", "Enter a smaller one."),
    "22021": _UNSTORABLE,
    "22P05": _UNSTORABLE,
    "25006": _fixed(
        ServerUnavailable,
        "The database can only be read at the moment.",
        "It may be a standby server. Ask its administrator.",
    ),
    "28000": lambda error: connection_failure(str(error)),
    "28P01": lambda error: connection_failure(str(error)),
    "3D000": lambda error: connection_failure(str(error)),
    "3F000": _OLD_SCHEMA,
    "42P01": _OLD_SCHEMA,
    "42703": _OLD_SCHEMA,
    "42883": _OLD_SCHEMA,
    "40001": _CONFLICT,
    "40P01": _CONFLICT,
    "42501": _forbidden,
    "53100": _fixed(
        DiskFull,
        "The disk of the database is full. Nothing was saved.",
        "Free some space on it and try again.",
    ),
    "53200": _fixed(ServerUnavailable, "The database server has run out of memory.", _TRY_AGAIN),
    "53300": _fixed(ServerUnavailable, "Too many people are connected to the database.", _TRY_AGAIN),
    "53": _fixed(ServerUnavailable, "The database server is out of resources.", _TRY_AGAIN),
    "55P03": _fixed(CrmError, "Somebody else is changing this record right now.", _TRY_AGAIN),
    "55006": _fixed(CrmError, "The database is in use.", "Close the other windows and try again."),
    "57014": _cancelled,
    "57P01": _LOST,
    "57P02": _LOST,
    "57P03": _fixed(ServerUnavailable, "The database server is starting or stopping.", _TRY_AGAIN),
    "57P04": _LOST,
    "57P05": _LOST,
    "25P03": _LOST,
    "25P04": _LOST,
    "08": _LOST,
    "58030": _fixed(
        ServerUnavailable, "The database server cannot read or write its disk.", "Its administrator has to look."
    ),
    "58": _fixed(ServerUnavailable, "The database server has a problem with its files.", "Ask its administrator."),
    "XX001": _fixed(
        ServerUnavailable, "A part of the database is damaged.", "Stop working with it and restore a backup."
    ),
    "XX002": _fixed(
        ServerUnavailable, "An index of the database is damaged.", "Its administrator can rebuild it with REINDEX."
    ),
}
