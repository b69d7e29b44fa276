"""Every state that a person can meet has words, and nothing technical leaks into them."""

from __future__ import annotations

import psycopg
import psycopg.errors
import pytest
import sqlalchemy.exc
import sqlalchemy.orm.exc

from crm_desktop.database.failures import translate
from crm_desktop.database.failures_connecting import connection_failure
from crm_desktop.errors import (
    AccountDeactivated,
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
    WrongPassword,
)


class Told:
    """The fields of a server's error, as far as the translation reads them."""

    def __init__(self, **fields: str) -> None:
        self._fields = fields

    def __getattr__(self, name: str) -> str | None:
        return self._fields.get(name)


def failure(state: str, **fields: str) -> CrmError | None:
    kind = psycopg.errors.lookup(state)
    error = type(kind.__name__, (kind,), {"diag": Told(**fields), "sqlstate": state})("the server's words")
    return translate(error)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("40001", CrmError),
        ("40P01", CrmError),
        ("42501", NotAllowed),
        ("53100", DiskFull),
        ("53200", ServerUnavailable),
        ("53300", ServerUnavailable),
        ("55P03", CrmError),
        ("57P01", ConnectionLost),
        ("57P02", ConnectionLost),
        ("57P03", ServerUnavailable),
        ("08006", ConnectionLost),
        ("25P03", ConnectionLost),
        ("25006", ServerUnavailable),
        ("42P01", SchemaMismatch),
        ("58030", ServerUnavailable),
        ("XX001", ServerUnavailable),
        ("23503", NotFound),
        ("22001", CrmError),
    ],
)
def test_states_have_words(state: str, expected: type[CrmError]) -> None:
    found = failure(state)
    assert type(found) is expected
    assert str(found).endswith(".") and "server's words" not in str(found)
    assert found is not None and found.hint


def test_what_the_functions_of_the_schema_say_is_passed_on() -> None:
    error = psycopg.errors.RaiseException
    for state, expected in {"CR001": CrmError, "CR002": NotAllowed, "CR003": StaleRow, "CR004": NotFound}.items():
        told = Told(message_primary="The last administrator stays.", message_hint="Make another one first.")
        raised = type("Raised", (error,), {"diag": told, "sqlstate": state})()
        found = translate(raised)
        assert type(found) is expected
        assert str(found) == "The last administrator stays."
        assert found is not None and found.hint == "Make another one first."


@pytest.mark.parametrize(
    ("detail", "fields"),
    [
        ("Key (email)=(a@b.c) already exists.", ["email"]),
        ("Key (table_name, name)=(x, y) already exists.", ["table_name", "name"]),
        ('Key ("order")=(1) already exists.', ["order"]),
        ("Key (lower(email))=(a) already exists.", []),
        ("", []),
    ],
)
def test_unique_violations_name_the_fields(detail: str, fields: list[str]) -> None:
    found = failure("23505", message_detail=detail)
    if fields:
        assert isinstance(found, InvalidInput)
        assert list(found.fields) == fields
    else:
        assert type(found) is CrmError and found.hint


@pytest.mark.parametrize(
    "constraint", ["ck_customers_status", "customers_status_check", "ck_customers_ck_customers_status"]
)
def test_check_violations_name_the_field(constraint: str) -> None:
    found = failure("23514", constraint_name=constraint, table_name="customers")
    assert isinstance(found, InvalidInput)
    assert "status" in next(iter(found.fields))


def test_missing_values_name_the_field() -> None:
    found = failure("23502", column_name="subject")
    assert isinstance(found, InvalidInput) and list(found.fields) == ["subject"]


def test_a_row_that_others_hang_on() -> None:
    found = failure("23503", message_detail='Key (id)=(1) is still referenced from table "orders".')
    assert type(found) is CrmError and "still belong" in str(found)


def test_cancelled_by_a_person_or_by_a_timeout() -> None:
    assert isinstance(failure("57014", message_primary="canceling statement due to user request"), Cancelled)
    timeout = failure("57014", message_primary="canceling statement due to statement timeout")
    assert type(timeout) is CrmError and "too long" in str(timeout)


def test_sqlalchemy_s_own_errors() -> None:
    assert isinstance(translate(sqlalchemy.orm.exc.StaleDataError()), StaleRow)
    assert isinstance(translate(sqlalchemy.exc.NoResultFound()), NotFound)
    assert isinstance(translate(sqlalchemy.exc.TimeoutError()), CrmError)
    known = NotAllowed("no")
    assert translate(known) is known


def test_bugs_are_not_translated() -> None:
    assert translate(ValueError()) is None
    assert translate(psycopg.ProgrammingError("the query has 1 placeholder but 0 parameters were passed")) is None
    assert failure("42601") is None  # syntax error
    assert failure("42804") is None  # datatype mismatch


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ('connection failed: FATAL:  password authentication failed for user "ana"', WrongPassword, "wrong"),
        ("connection failed: fe_sendauth: no password supplied", WrongPassword, "wrong"),
        ('FATAL:  role "ana" is not permitted to log in', AccountDeactivated, "deactivated"),
        (
            'FATAL:  permission denied for database "crm"\nDETAIL:  User does not have CONNECT privilege.',
            NoCrmAccess,
            "no access",
        ),
        ('FATAL:  database "crn" does not exist', ServerUnavailable, "no database of that name"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1"', ServerUnavailable, "does not accept this computer"),
        ("FATAL:  sorry, too many clients already", ServerUnavailable, "Too many people"),
        ("FATAL:  the database system is starting up", ServerUnavailable, "starting or stopping"),
        ("FATAL:  the database system is in recovery mode", ServerUnavailable, "starting or stopping"),
        ("connection failed: session is read-only", ServerUnavailable, "written to"),
        ("server does not support SSL, but SSL was required", ServerUnavailable, "does not encrypt"),
        ("SSL error: certificate verify failed", ServerUnavailable, "could not prove who it is"),
        (
            'server certificate for "db1" does not match host name "db"',
            ServerUnavailable,
            "could not prove who it is",
        ),
        ('root certificate file "/x/root.crt" does not exist', ServerUnavailable, "certificate file"),
        ("could not translate host name", ServerUnavailable, "No server of that name"),
        ("connection timeout expired", ServerUnavailable, "does not answer"),
        ("server closed the connection unexpectedly", ConnectionLost, "was lost"),
        ("the connection is closed", ConnectionLost, "was lost"),
        ("FATAL:  could not write init file: No space left on device", DiskFull, "full"),
        (
            'connection failed: connection to server at "10.1.1.1", port 5432 failed: FATAL:  Zugriff verweigert',
            ServerUnavailable,
            "Zugriff verweigert",
        ),
    ],
)
def test_failed_connections_each_have_their_own_words(text: str, expected: type[CrmError], words: str) -> None:
    found = connection_failure(text)
    assert type(found) is expected
    assert words in str(found)
    assert found.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FATAL:  Passwort-Authentifizierung für Benutzer »ana« fehlgeschlagen", WrongPassword),
        ("FATAL:  Passwort-Authentifizierung f\ufffdr Benutzer \ufffdana\ufffd fehlgeschlagen", WrongPassword),
        ("FATAL : authentification par mot de passe échouée pour l'utilisateur  « ana »", WrongPassword),
        ('FATAL:  ユーザー"ana"のパスワード認証に失敗しました', WrongPassword),
        ("FATAL:  al rol «ana» no se le permite conectarse", AccountDeactivated),
        ("ВАЖНО:  нет доступа к базе данных crm", NoCrmAccess),
        ("FATAL:  etwas ganz anderes", ServerUnavailable),
    ],
)
def test_servers_that_speak_other_languages(text: str, expected: type[CrmError]) -> None:
    assert type(connection_failure(f"connection failed: {text}")) is expected
