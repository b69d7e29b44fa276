"""Serving the API until somebody says stop."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from crm_desktop.database.target import Target
from crm_desktop.errors import CrmError

from .app import create
from .gate import ROOT
from .problems import log
from .sign_in import STATEMENT_SECONDS

PATIENCE_SECONDS = 20
"""How long requests under way may take once the API is told to stop."""


@dataclass(frozen=True)
class Address:
    """Where the API listens. `proxies`: the addresses of those who do TLS, and say for whom they ask."""

    host: str = "127.0.0.1"
    port: int = 8765
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[str, ...] = ()

    def check(self) -> None:
        """CrmError where passwords would travel in the clear, or a file cannot be used."""
        if (self.certificate is None) != (self.key is None):
            raise CrmError("A certificate needs its key.", hint="Give --tls-cert and --tls-key, both as PEM files.")
        if self.certificate is None and not self.proxies and not _is_loopback(self.host):
            raise CrmError(
                f"On {self.host}, passwords would travel through the network in the clear.",
                hint="Give --tls-cert and --tls-key, or --behind-proxy ADDRESS where a proxy there does TLS.",
            )
        for proxy in self.proxies:
            try:
                ipaddress.ip_network(proxy, strict=False)
            except ValueError:
                raise CrmError(f"{proxy} is no address.", hint="Give the IP address of the proxy.") from None
        if self.certificate is not None and self.key is not None:
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key, password="")
            except OSError as error:
                raise CrmError(
                    f"The certificate or its key cannot be used: {error.strerror or error}.",
                    hint="Both have to be PEM files, the key without a password.",
                ) from None


def serve(
    target: Target, address: Address, tell: Callable[[str], None], *, statement_seconds: int = STATEMENT_SECONDS
) -> None:
    """Serves until SIGTERM or SIGINT; requests under way are answered. `tell` hears where."""
    address.check()
    with _listening(address) as listener:
        _write_log()
        config = uvicorn.Config(
            create(target, statement_seconds=statement_seconds),
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            ws="none",
            lifespan="on",
            proxy_headers=bool(address.proxies),
            forwarded_allow_ips=list(address.proxies),
            ssl_certfile=address.certificate,
            ssl_keyfile=address.key,
            timeout_graceful_shutdown=PATIENCE_SECONDS,
        )
        # uvicorn hands the signal on when it has stopped; what comes after us still has to be put in order.
        for name in _stopping_signals():
            signal.signal(name, lambda *_: None)
        host, port = listener.getsockname()[:2]
        scheme = "http" if address.certificate is None else "https"
        tell(f"The API answers at {scheme}://{f'[{host}]' if ':' in host else host}:{port}{ROOT}")
        uvicorn.Server(config).run(sockets=[listener])


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=2048)
    except OSError as error:
        raise CrmError(
            f"The API cannot listen on {address.host}, port {address.port}: {error.strerror or error}.",
            hint="Choose another --host or --port.",
        ) from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _stopping_signals() -> Sequence[signal.Signals]:
    return [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]


def _write_log() -> None:
    """A line for each request and each mistake, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name, level in ((log.name, logging.INFO), ("uvicorn.error", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
