"""Signing in over HTTP: only the right password gets in, guessing is slow, and rights that end, end at once."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from crm_desktop.api import app, sign_in
from crm_desktop.api.app import create
from crm_desktop.api.problems import TooMany
from crm_desktop.api.sign_in import AT_ONCE, CONNECTIONS, KEPT_SECONDS, Credentials, SignIns, credentials
from crm_desktop.api.throttle import FREE_OF_ADDRESS, FREE_OF_LOGIN, LONGEST_WAIT, MOST_REMEMBERED, Throttle
from crm_desktop.errors import CrmError, ServerUnavailable, WrongPassword
from tests.api.asking import customer, problem
from tests.api.conftest import BASE
from tests.helpers.local_server import wait_for
from tests.helpers.postgres import ADMIN, EMPLOYEE, PASSWORD, Crm
from tests.helpers.together import together


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def test_nothing_is_told_to_those_who_do_not_sign_in(stranger_api: TestClient, api: TestClient) -> None:
    made = customer(api)
    for path in ("customers", f"customers/{made['id']}", "nothing"):
        answered = stranger_api.get(path)
        problem(answered, 401)
        assert answered.headers["www-authenticate"].startswith("Basic ")
        assert "cache-control" in answered.headers
    problem(stranger_api.post("customers", json={"contact_name": "x"}), 401)


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer abc", "Basic", "Basic ???", basic("ada"), basic(":secret"), basic("ada\0:x"), "Basic /w=="],
)
def test_a_header_that_names_nobody_is_refused_in_words(header: str | None) -> None:
    with pytest.raises(WrongPassword):
        credentials(header)


def test_names_and_passwords_in_any_script_are_read() -> None:
    assert credentials(basic("ada:päss:wörd")) == Credentials("ada", "päss:wörd")
    assert "wörd" not in repr(credentials(basic("ada:päss:wörd")))


def test_a_wrong_password_is_never_answered_from_what_is_kept(clean: Crm) -> None:
    sign_ins = SignIns(clean.target)
    with sign_ins.entered(Credentials(ADMIN, PASSWORD), "a"):
        pass
    for wrong in (PASSWORD + " ", PASSWORD.upper(), "", PASSWORD[:-1]):
        with pytest.raises(WrongPassword), sign_ins.entered(Credentials(ADMIN, wrong), "a"):
            pass
    with pytest.raises(WrongPassword), sign_ins.entered(Credentials(ADMIN[:-1], ADMIN[-1] + PASSWORD), "a"):
        pass
    sign_ins.close()


def test_the_right_password_is_asked_of_the_database_once_in_a_minute(clean: Crm) -> None:
    time = Time()
    sign_ins, given = SignIns(clean.target, time), Credentials(ADMIN, PASSWORD)
    with sign_ins.entered(given, "a") as first, sign_ins.entered(given, "a") as second:
        assert first is second
    time.now += KEPT_SECONDS
    with sign_ins.entered(given, "a") as third:
        assert third is not first
    sign_ins.close()


def test_a_password_changed_past_the_schema_ends_the_old_one_within_a_minute(clean: Crm) -> None:
    clean.add_person("nora", "employee")
    time = Time()
    sign_ins, old = SignIns(clean.target, time), Credentials("nora", PASSWORD)
    with sign_ins.entered(old, "a"):
        pass
    with clean.as_superuser() as connection:
        connection.execute("ALTER ROLE nora PASSWORD 'another battery staple'")
    time.now += 60
    with pytest.raises(WrongPassword), sign_ins.entered(old, "a"):
        pass
    with sign_ins.entered(Credentials("nora", "another battery staple"), "a"):
        pass
    sign_ins.close()


def test_what_is_kept_of_somebody_goes_when_nobody_asks_any_more(clean: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_connections() -> int:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'nora'"
        with clean.as_superuser() as connection:
            return int(connection.execute(asked).fetchone()[0])  # type: ignore[index]

    clean.add_person("nora", "employee")
    monkeypatch.setattr(app, "FORGET_SECONDS", 0.05)
    monkeypatch.setattr(sign_in, "KEPT_SECONDS", 0.5)
    with TestClient(create(clean.target), base_url=BASE) as client:
        client.auth = ("nora", PASSWORD)
        assert client.get("customers").status_code == 200
        wait_for(lambda: open_connections() == 0)
        assert client.get("customers").status_code == 200
    assert open_connections() == 0


def test_an_old_password_ends_with_the_request_after_its_change(clean: Crm) -> None:
    clean.add_person("nora", "employee")
    sign_ins = SignIns(clean.target)
    with sign_ins.entered(Credentials("nora", PASSWORD), "a"):
        pass
    with clean.connect("nora") as connection:
        verifier = connection.pgconn.encrypt_password(b"another password", b"nora", b"scram-sha-256").decode()
        connection.execute("SELECT crm.change_own_password(%s)", [verifier])
    with pytest.raises(WrongPassword), sign_ins.entered(Credentials("nora", PASSWORD), "a"):
        pass
    with sign_ins.entered(Credentials("nora", "another password"), "a"):
        pass
    with clean.connect() as connection:
        for _ in range(2):  # the second time nothing of the person changes but the password
            again = connection.pgconn.encrypt_password(b"a third password", b"nora", b"scram-sha-256").decode()
            connection.execute("SELECT crm.reset_password(id, %s) FROM crm.users WHERE username = 'nora'", [again])
    with pytest.raises(WrongPassword), sign_ins.entered(Credentials("nora", "another password"), "a"):
        pass
    sign_ins.close()


def test_whoever_is_deactivated_loses_every_right_at_the_next_request(
    api: TestClient, stranger_api: TestClient, clean: Crm
) -> None:
    clean.add_person("otto", "employee")
    stranger_api.auth = ("otto", PASSWORD)
    assert stranger_api.get("customers").status_code == 200
    with clean.connect() as connection:
        connection.execute("SELECT crm.deactivate_user(id) FROM crm.users WHERE username = 'otto'")
    told = problem(stranger_api.get("customers"), 403)
    assert told["detail"] == "This account has been deactivated."


def test_a_customers_account_has_no_access(api: TestClient, stranger_api: TestClient, clean: Crm) -> None:
    clean.add_person("uwe", "user")
    stranger_api.auth = ("uwe", PASSWORD)
    told = problem(stranger_api.get("customers"), 403)
    assert told["detail"] == "Your account has no access to the CRM."


def test_guessing_gets_slower_and_the_right_password_waits_too(clean: Crm) -> None:
    with TestClient(create(clean.target), base_url=BASE) as client:
        client.auth = (EMPLOYEE, PASSWORD)
        assert client.get("customers").status_code == 200  # kept from now on
        client.auth = (ADMIN, "wrong")
        for _ in range(FREE_OF_LOGIN):
            problem(client.get("customers"), 401)
        answered = client.get("customers")
        problem(answered, 429)
        assert int(answered.headers["retry-after"]) >= 1
        client.auth = (ADMIN, PASSWORD)
        problem(client.get("customers"), 429)
        client.auth = (EMPLOYEE, PASSWORD)
        assert client.get("customers").status_code == 200


def test_many_guesses_at_once_are_no_way_around(clean: Crm) -> None:
    sign_ins = SignIns(clean.target)
    ended: list[type[CrmError]] = []

    def guess(number: int) -> None:
        try:
            with sign_ins.entered(Credentials(ADMIN, f"guess {number}"), "a"):
                raise AssertionError("a guess got in")
        except CrmError as error:
            ended.append(type(error))

    together([lambda number=number: guess(number) for number in range(20)])  # type: ignore[misc]
    assert ended.count(WrongPassword) == FREE_OF_LOGIN
    assert ended.count(TooMany) == 20 - FREE_OF_LOGIN


def test_the_same_person_at_once_signs_in_once_and_shares_few_connections(clean: Crm) -> None:
    sign_ins, given = SignIns(clean.target), Credentials(ADMIN, PASSWORD)
    seen: set[int] = set()

    def ask() -> None:
        with sign_ins.entered(given, "a") as database, database.session() as session:
            seen.add(session.connection().connection.driver_connection.info.backend_pid)  # type: ignore[union-attr]

    together([ask] * AT_ONCE)
    assert 1 <= len(seen) <= CONNECTIONS
    with sign_ins.entered(given, "a") as first:
        places = [sign_ins.entered(given, "a") for _ in range(AT_ONCE - 1)]
        for place in places:
            assert place.__enter__() is first
        with pytest.raises(TooMany), sign_ins.entered(given, "a"):
            pass
        for place in places:
            place.__exit__(None, None, None)
    sign_ins.close()


def test_a_database_that_is_gone_counts_as_no_guess(clean: Crm) -> None:
    sign_ins = SignIns(replace(clean.target, port=clean.target.port + 1))
    for _ in range(FREE_OF_LOGIN + 3):
        with pytest.raises(ServerUnavailable), sign_ins.entered(Credentials(ADMIN, PASSWORD), "a"):
            pass


def test_an_api_without_its_database_says_to_come_back(clean: Crm) -> None:
    with TestClient(create(replace(clean.target, port=clean.target.port + 1)), base_url=BASE) as client:
        client.auth = (ADMIN, PASSWORD)
        answered = client.get("customers")
        problem(answered, 503)
        assert answered.headers["retry-after"] == "5"


def test_the_wait_doubles_up_to_a_minute_and_is_forgotten() -> None:
    time = Time()
    throttle = Throttle(time)
    for _ in range(FREE_OF_LOGIN):
        throttle.attempt("a", "ada")
    waits = []
    for _ in range(9):
        with pytest.raises(TooMany) as refused:
            throttle.attempt("a", "ada")
        waits.append(refused.value.seconds)
        time.now += refused.value.seconds
        throttle.attempt("a", "ada")
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60] and waits[-1] == LONGEST_WAIT
    throttle.attempt("b", "ada")  # another address does not wait for this one
    time.now += 1_000
    throttle.attempt("a", "ada")


def test_one_address_cannot_try_every_login() -> None:
    throttle = Throttle(Time())
    for number in range(FREE_OF_ADDRESS):
        throttle.attempt("a", f"person{number}")
    with pytest.raises(TooMany):
        throttle.attempt("a", "ada")


def test_what_is_remembered_of_strangers_is_bounded() -> None:
    throttle = Throttle(Time())
    for number in range(2 * MOST_REMEMBERED):
        throttle.attempt(f"address {number}", "ada")
    assert len(throttle._failures) <= MOST_REMEMBERED
