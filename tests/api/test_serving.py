"""`crm-desktop api serve`: a real process with real sockets, TLS, signals, and no secret in what it says."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psycopg
import pytest

from crm_desktop.api.serving import Address, serve
from crm_desktop.errors import CrmError
from tests.cli.calling import COMMAND, PASSWORD, call, failed, init
from tests.helpers.local_server import data_folder, running, server_pid, wait_for
from tests.helpers.postgres import Crm

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
ROOT = Path(__file__).parents[2]
CUSTOMERS = "admin/crm/customers"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with data_folder() as path:
        init(path)
        yield path


@dataclass
class Serving:
    """A running API. `ended` waits for its end, and holds what it wrote."""

    process: subprocess.Popen[str]
    url: str

    def client(self, password: str = PASSWORD, **options: object) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, auth=("ada", password), timeout=30, **options)  # type: ignore[arg-type]

    def ended(self, ending: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(ending)
        _, log = self.process.communicate(timeout=40)
        return self.process.returncode, log


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Serving]:
    command = [*COMMAND, "api", "serve", "--port", "0", "--data-dir", str(folder), *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline().strip()
            assert line.startswith("The API answers at "), process.communicate(timeout=30)
            yield Serving(process, line.removeprefix("The API answers at "))
        finally:
            process.kill()


def test_it_serves_until_it_is_told_to_stop_and_tells_no_secret(folder: Path) -> None:
    with serving(folder) as api, api.client() as client:
        assert api.url.startswith("http://127.0.0.1:")
        assert client.get("health", auth=None).json() == {"status": "up"}
        client.headers["X-Forwarded-For"] = "203.0.113.9"  # nobody here may say so
        made = client.post(CUSTOMERS, json={"contact_name": "Zoë Secretperson"})
        assert made.status_code == 201
        assert client.get(f"{CUSTOMERS}?search=secretperson&count=exact").json()["count"] > 0
        assert client.get(CUSTOMERS, auth=("ada", "another secret")).status_code == 401
        code, log = api.ended()
    assert code == 0, log
    assert server_pid(folder) is None
    assert "ada POST /api/v1/admin/crm/customers 201" in log
    for secret in (PASSWORD, "another secret", "ecretperson", "203.0.113.9"):
        assert secret not in log
    assert len(log.splitlines()) == 4


def test_a_request_under_way_is_answered_before_it_stops(folder: Path) -> None:
    with serving(folder) as api, api.client() as client:
        made = client.post(CUSTOMERS, json={"contact_name": "Zoë"}).json()
        answered: list[int] = []

        def change() -> None:
            changed = client.put(f"{CUSTOMERS}/{made['id']}", json={"city": "Bonn", "version": 1})
            answered.append(changed.status_code)

        with (
            running(folder) as server,
            psycopg.connect(server.target().conninfo(), user="ada", password=PASSWORD) as other,
        ):
            other.execute("SELECT 1 FROM crm.customers WHERE id = %s FOR UPDATE", [made["id"]])
            thread = threading.Thread(target=change)
            thread.start()
            waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'ada'"
            wait_for(lambda: other.execute(waits).fetchone())
            api.process.send_signal(signal.SIGTERM)
            wait_for(lambda: not accepts(api.url))
        thread.join(20)
        assert answered == [200]
        assert api.process.wait(30) == 0


def accepts(url: str) -> bool:
    try:
        httpx2.get(f"{url}/health", timeout=5)
    except httpx2.TransportError:
        return False
    return True


def test_it_speaks_tls_to_those_who_know_its_certificate(folder: Path, tmp_path: Path) -> None:
    trustme = pytest.importorskip("trustme", reason="installed on Linux only")
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(b"".join(part.bytes() for part in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(str(key))
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    with serving(folder, "--tls-cert", str(chain), "--tls-key", str(key)) as api:
        assert api.url.startswith("https://")
        with api.client(verify=ssl.create_default_context(cafile=str(trusted))) as client:
            assert client.get(CUSTOMERS).status_code == 200
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(f"{api.url}/health")
        assert api.ended()[0] == 0


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (Address("0.0.0.0"), "in the clear"),
        (Address("192.0.2.7"), "in the clear"),
        (Address("::"), "in the clear"),
        (Address("crm.example.com"), "in the clear"),
        (Address(certificate=Path("chain.pem")), "needs its key"),
        (Address(certificate=Path("chain.pem"), key=Path("key.pem")), "No such file"),
        (Address(certificate=ROOT / "LICENSE", key=ROOT / "LICENSE"), "cannot be used"),
        (Address("0.0.0.0", proxies=("proxy.example.com",)), "is no address"),
    ],
)
def test_it_does_not_listen_where_it_would_not_be_safe(address: Address, says: str) -> None:
    with pytest.raises(CrmError, match=says):
        address.check()


@pytest.mark.parametrize(
    "address",
    [Address(), Address("::1"), Address("localhost"), Address("127.0.0.9"), Address("0.0.0.0", proxies=("192.0.2.1",))],
)
def test_it_listens_on_this_computer_or_behind_a_proxy(address: Address) -> None:
    address.check()


def test_the_command_refuses_in_a_line_what_it_cannot_do(folder: Path) -> None:
    assert "in the clear" in failed(call("api", "serve", "--host", "0.0.0.0", folder=folder))


def test_an_address_that_cannot_be_had_is_said(clean: Crm) -> None:
    with pytest.raises(CrmError, match=r"cannot listen on 192\.0\.2\.7"):
        serve(clean.target, Address("192.0.2.7", proxies=("192.0.2.1",)), print)


def test_a_proxy_says_for_whom_it_asks(folder: Path) -> None:
    with serving(folder, "--behind-proxy", "127.0.0.1") as api, api.client() as client:
        assert client.get(CUSTOMERS, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 200
        code, log = api.ended(signal.SIGINT)
    assert code == 0 and "203.0.113.9 ada GET" in log


def test_a_killed_api_leaves_the_data_whole_and_the_next_one_serves(folder: Path) -> None:
    with serving(folder) as api, api.client() as client:
        kept = client.post(CUSTOMERS, json={"contact_name": "Kept"}).json()
        failures: list[BaseException] = []

        def write() -> None:
            try:
                with api.client() as mine:
                    while True:
                        mine.post(CUSTOMERS, json={"contact_name": "Torn", "notes": "x" * 50_000})
            except httpx2.TransportError as error:
                failures.append(error)

        threads = [threading.Thread(target=write) for _ in range(3)]
        for thread in threads:
            thread.start()
        wait_for(lambda: client.get(CUSTOMERS, params={"name": "Torn", "count": "exact"}).json()["count"] > 2)
        os.kill(api.process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join(20)
        assert len(failures) == 3
    with serving(folder) as api, api.client() as client:
        assert client.get(f"{CUSTOMERS}/{kept['id']}").json() == kept
        found = client.get(CUSTOMERS, params={"name": "Torn", "limit": 500}).json()["items"]
        assert all(len(client.get(f"{CUSTOMERS}/{row['id']}").json()["notes"]) == 50_000 for row in found[:5])
        assert api.ended()[0] == 0


def test_the_window_starts_without_the_libraries_of_the_api() -> None:
    heavy = "'fastapi', 'starlette', 'uvicorn', 'pydantic', 'anyio', 'opentelemetry'"
    script = f"""
import sys
import crm_desktop.__main__, crm_desktop.cli.window, crm_desktop.cli.app, ui.app
print(sorted({{{heavy}}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
