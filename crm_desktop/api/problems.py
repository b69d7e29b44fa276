"""What goes wrong, as problem details (RFC 9457): the sentences are those that the window shows."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import psycopg
import sqlalchemy.exc
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from crm_desktop.database.failures import RAISED_FOR_PEOPLE, missing_column
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
from crm_desktop.listing.filters import InvalidFilter

from .shapes import shown

log = logging.getLogger("crm_desktop.api")
MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
_MOST_FAULTS = 50
# Somebody else was only in the way, and nothing was saved: deadlocks, waits that took too long.
_PASSING = ("40001", "40P01", "55P03")
_TOOK_TOO_LONG = "57014"
_ASK_FOR_LESS = "Ask for less at once: fewer words, a narrower filter, no exact count."
_LOST_HINT = (
    "Whether anything was saved is not known. Send the same request again: what has an id, a number or an"
    " Idempotency-Key of its own is saved once."
)


class TooMany(CrmError):
    """Too much was asked for at once, or too often; `seconds` is how long to wait."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message, hint=f"Try again in {seconds} {'second' if seconds == 1 else 'seconds'}.")
        self.seconds = seconds


class Unmet(CrmError):
    """The request has to say something first; `status` is what HTTP calls that."""

    def __init__(self, status: HTTPStatus, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


# The first kind that fits decides. Any other CrmError: what is asked for does not go together with what there is.
_STATUS: tuple[tuple[type[CrmError], HTTPStatus], ...] = (
    (InvalidInput, HTTPStatus.UNPROCESSABLE_ENTITY),
    (InvalidFilter, HTTPStatus.UNPROCESSABLE_ENTITY),
    (StaleRow, HTTPStatus.CONFLICT),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (WrongPassword, HTTPStatus.UNAUTHORIZED),
    (AccountDeactivated, HTTPStatus.FORBIDDEN),
    (NoCrmAccess, HTTPStatus.FORBIDDEN),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS),
    (ConnectionLost, HTTPStatus.SERVICE_UNAVAILABLE),
    (ServerUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (DiskFull, HTTPStatus.SERVICE_UNAVAILABLE),
    (SchemaMismatch, HTTPStatus.SERVICE_UNAVAILABLE),
    (Cancelled, HTTPStatus.SERVICE_UNAVAILABLE),
)


def install(app: FastAPI) -> None:
    """Every failure of the application leaves as a problem."""
    app.add_exception_handler(CrmError, _expected)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(UnicodeEncodeError, _unwritable)
    app.add_exception_handler(Exception, _bug)


def problem(
    status: HTTPStatus, detail: str, *, hint: str = "", headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """One problem; what is empty is left out."""
    told = {"status": status.value, "title": status.phrase, "detail": detail, "hint": hint, **more}
    content = {name: value for name, value in told.items() if value not in ("", None)}
    return JSONResponse(content, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def answer(error: CrmError, request: Request | None = None) -> JSONResponse:
    """The problem that an expected failure is."""
    status, hint, more = _status(error), error.hint, dict[str, Any]()
    headers: dict[str, str] = {}
    if isinstance(error, InvalidInput):
        more["fields"] = error.fields
        if set(error.fields) == {"id"}:
            status, hint = HTTPStatus.CONFLICT, "If an earlier try of this request added it, nothing is left to do."
    elif named := _named(error):
        more["fields"] = dict([named])
    elif isinstance(error, InvalidFilter):
        more["fields"] = {"filter": error.fault}
        more["path"] = error.path
    elif isinstance(error, StaleRow):
        hint = "Read it again, and send the change with its new version."
        if request is not None:
            if "if-match" in request.headers:
                status = HTTPStatus.PRECONDITION_FAILED
            more = _stale(error.theirs, getattr(request.state, "sent", {}))
    elif isinstance(error, WrongPassword):
        hint = "Sign in with HTTP Basic, as somebody who works here."
        headers["WWW-Authenticate"] = 'Basic realm="CRM Desktop", charset="UTF-8"'
    elif isinstance(error, TooMany):
        headers["Retry-After"] = str(error.seconds)
    elif isinstance(error, ConnectionLost) and request is not None and request.method != "GET":
        hint = _LOST_HINT
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_SECONDS)
    elif status is HTTPStatus.GATEWAY_TIMEOUT:
        return problem(status, "The database took too long, and was stopped. Nothing was saved.", hint=_ASK_FOR_LESS)
    return problem(status, str(error), hint=hint, headers=headers, **more)


def _status(error: CrmError) -> HTTPStatus:
    if isinstance(error, Unmet):
        return error.status
    if _named(error):
        return HTTPStatus.UNPROCESSABLE_ENTITY  # not what is asked for is missing, but what the body names
    if isinstance(error.__cause__, sqlalchemy.exc.DataError):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    if isinstance(error.__cause__, sqlalchemy.exc.TimeoutError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    state = getattr(getattr(error.__cause__, "orig", None), "sqlstate", None)
    if state == _TOOK_TOO_LONG:
        return HTTPStatus.GATEWAY_TIMEOUT
    if state in _PASSING:
        return HTTPStatus.SERVICE_UNAVAILABLE
    return next((status for kind, status in _STATUS if isinstance(error, kind)), HTTPStatus.CONFLICT)


def _named(error: CrmError) -> tuple[str, str] | None:
    """The field of a body that names what is not there, or what may not be named, with what is wrong with it."""
    said = getattr(error.__cause__, "orig", None)
    if isinstance(said, psycopg.errors.ForeignKeyViolation) and isinstance(error, NotFound):
        return missing_column(said), "There is nothing of this id any more."
    if isinstance(said, psycopg.Error) and said.sqlstate in RAISED_FOR_PEOPLE and said.diag.column_name:
        return said.diag.column_name, str(error)
    return None


def _stale(theirs: object, sent: Mapping[str, Any]) -> dict[str, Any]:
    """The record as it is now, and where it differs from what was sent."""
    current = shown(theirs)
    if current is None:
        return {}
    differing = {
        name: {"sent": value, "current": current[name]}
        for name, value in sent.items()
        if name in current and (value or None) != (current[name] or None)
    }
    return {"current": current, "conflicts": differing}


def _expected(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CrmError)
    return answer(error, request)


def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()[:_MOST_FAULTS]
    if faults[0]["type"] == "json_invalid":
        return problem(HTTPStatus.BAD_REQUEST, f"This body is not JSON, at character {faults[0]['loc'][-1]}.")
    fields = {_place(fault["loc"]): _sentence(fault) for fault in faults}
    if "path" in {fault["loc"][0] for fault in faults}:
        return problem(HTTPStatus.NOT_FOUND, "There is nothing at this address.", fields=fields)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The body cannot be used as it is.", fields=fields)


def _place(where: Sequence[Any]) -> str:
    """("body", "lines", 0, "quantity") as "lines[0].quantity"."""
    text = ""
    for part in where[1:]:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or str(where[0])


def _sentence(fault: Mapping[str, Any]) -> str:
    match fault["type"]:
        case "extra_forbidden":
            return "There is no field of this name that can be written."
        case "missing":
            return "This has to be given."
        case "model_attributes_type" | "model_type" | "dict_type":
            return "This has to be an object in JSON."
        case "too_long":
            return f"These are too many: at most {fault['ctx']['max_length']} are taken."
        case _:
            return f"{str(fault['msg']).removeprefix('Value error, ')}."


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    words = {
        HTTPStatus.NOT_FOUND: "There is nothing at this address.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take this method.",
        HTTPStatus.BAD_REQUEST: "This body cannot be read.",
        HTTPStatus.REQUEST_TIMEOUT: "The body did not come.",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "This body is too large.",
    }
    return problem(status, words.get(status, str(error.detail)), headers=error.headers)


def _unwritable(request: Request, error: Exception) -> JSONResponse:
    """Half of a surrogate pair, in a place that nobody reads as a text to keep: an address, say."""
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "A text holds characters that cannot be stored.")


def _bug(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", request.method, request.url.path)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "The program made a mistake. Nothing was saved.",
        hint="What happened is in the log of the API.",
    )
