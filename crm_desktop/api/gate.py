"""What every request passes before anything of it is read: who asks, and what kind of body comes."""

from __future__ import annotations

import time
from asyncio import CancelledError
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from anyio import fail_after
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_desktop.errors import ConnectionLost, CrmError

from .problems import Unmet, answer, log
from .sign_in import SignIns, credentials

ROOT = "/api/v1"
OPEN = (f"{ROOT}/openapi.json", f"{ROOT}/health")
LARGEST_BODY = 16 * 2**20
"""Bytes: the longest text that a field takes fits."""
MOST_LOGGED = 300
BODY_SECONDS = 15.0
"""How long the next piece of a body may take: it holds one of its login's places, and whoever stops the API waits."""
_WITH_BODY = ("POST", "PUT", "PATCH")


class Gate:
    """Signs each request in, and writes a line for it: who, what, how it ended, how long it took. Never what was asked
    for in the address or the body."""

    def __init__(self, app: ASGIApp, sign_ins: SignIns) -> None:
        self._app = app
        self._sign_ins = sign_ins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        told: dict[str, Any] = {"status": 500, "who": "-", "begun": False}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                told.update(status=message["status"], begun=True)
                message["headers"] = [*message["headers"], (b"cache-control", b"no-store")]
            await send(message)

        request = Request(scope)
        try:
            if scope["path"] in OPEN:
                await self._app(scope, receive, sending)
            else:
                await self._signed_in(request, receive, sending, told)
        except CancelledError:
            if told["begun"]:
                raise
            # Whoever stops the API has no more patience. What a thread still does may be saved all the same.
            await answer(ConnectionLost("The API is being stopped."), request)(scope, receive, sending)
        finally:
            took = round(1000 * (time.perf_counter() - started))
            what = (scope["method"], quote(scope["path"])[:MOST_LOGGED])  # without what is searched for
            log.info("%s %s %s %s %s %d ms", _address(request), told["who"], *what, told["status"], took)

    async def _signed_in(self, request: Request, receive: Receive, send: Send, told: dict[str, Any]) -> None:
        try:
            given = credentials(request.headers.get("authorization"))
            entered = self._sign_ins.entered(given, _address(request))
            with ExitStack() as left:
                request.state.database = await run_in_threadpool(left.enter_context, entered)
                told["who"] = given.username
                _check_kind_of_body(request)
                await self._app(request.scope, _limited(receive), send)
        except CrmError as error:
            await answer(error, request)(request.scope, receive, send)


def _check_kind_of_body(request: Request) -> None:
    headers = request.headers
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if request.method not in _WITH_BODY or not has_body:
        return
    told = headers.get("content-length", "0")
    if told.isdecimal() and int(told[:20]) > LARGEST_BODY:
        raise Unmet(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This body is too large.")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Unmet(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "A body has to be JSON.", hint="Send Content-Type: application/json."
        )


def _limited(receive: Receive) -> Receive:
    """The body, up to what is taken, as long as it goes on coming."""
    taken, more = 0, True

    async def receiving() -> Message:
        nonlocal taken, more
        try:
            with fail_after(BODY_SECONDS if more else None):
                message = await receive()
        except TimeoutError:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers={"Connection": "close"}) from None
        more = message.get("more_body", False)
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return receiving


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""
