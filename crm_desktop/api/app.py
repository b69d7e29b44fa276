"""The application: every endpoint, behind the gate."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from anyio import create_task_group, sleep
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool

from crm_desktop.database.target import Target

from . import contacts, customers, interactions, loyalty, orders, problems, products, segments, service, stats
from .documented import Problem
from .gate import ROOT, Gate
from .sign_in import STATEMENT_SECONDS, SignIns

THREADS = 128
FORGET_SECONDS = 15
NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
CRM = f"{ROOT}/admin/crm"
_ABOUT = (
    "Customers, interactions, orders and loyalty of CRM Desktop. Each request is made as the member of staff whose "
    "login it names, with the rights that the database gives. See docs/api.md."
)


def create(target: Target, *, statement_seconds: int = STATEMENT_SECONDS) -> FastAPI:
    """The API of one database, where a statement may take so long."""
    sign_ins = SignIns(target, statement_seconds=statement_seconds)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        async with create_task_group() as tasks:
            tasks.start_soon(_forgetting, sign_ins)
            yield
            tasks.cancel_scope.cancel()
        sign_ins.close()

    app = FastAPI(
        title="CRM Desktop",
        version=version("crm-desktop"),
        description=_ABOUT,
        openapi_url=f"{ROOT}/openapi.json",
        docs_url=None,  # FastAPI's own pages load their scripts from the internet
        redoc_url=None,
        lifespan=lifespan,
        telemetry=NO_TELEMETRY,
    )
    app.add_middleware(Gate, sign_ins=sign_ins)
    problems.install(app)
    for subject in (customers, interactions, stats, orders, products, loyalty, segments, contacts, service):
        app.include_router(subject.router, prefix=CRM)

    @app.get(f"{ROOT}/health", tags=["Service"])
    def health() -> dict[str, str]:
        """Whether the API is up; nothing is asked of the database."""
        return {"status": "up"}

    _describe(app)
    return app


async def _forgetting(sign_ins: SignIns) -> None:
    """Nobody's connections or password are kept for longer than they have to, also when nobody asks any more."""
    while True:
        await sleep(FORGET_SECONDS)
        await run_in_threadpool(sign_ins.forget_old)


def _describe(app: FastAPI) -> None:
    """Adds to the description what FastAPI cannot know: how to sign in, and what a problem is."""
    described = app.openapi

    def with_signing_in() -> dict[str, Any]:
        schema = described()
        parts = schema.setdefault("components", {})
        parts.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        parts["securitySchemes"] = {"login": {"type": "http", "scheme": "basic"}}
        schema["security"] = [{"login": []}]
        schema["paths"][f"{ROOT}/health"]["get"]["security"] = []
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)  # its shape is not FastAPI's
        return schema

    app.openapi = with_signing_in  # type: ignore[method-assign]
