"""Chores: one desk at a time, never twice within the interval, whatever becomes of the desk."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from crm_desktop.chores.chore import Chore
from crm_desktop.chores.queries import last_times
from crm_desktop.chores.registry import CHORES
from crm_desktop.chores.running import run_due
from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.errors import Cancelled, CrmError
from tests.helpers.postgres import Crm

HOUR = timedelta(hours=1)


class Counter:
    """A chore's work that counts how often it is done."""

    def __init__(self, said: str = "Done.") -> None:
        self.times = 0
        self.said = said
        self._lock = threading.Lock()

    def __call__(self, _database: Database, _cancellation: Cancellation | None) -> str:
        with self._lock:
            self.times += 1
        return self.said


def chore(key: str, work: object, every: timedelta = HOUR) -> Chore:
    return Chore(key, key.capitalize(), every, work)  # type: ignore[arg-type]


def make_older(crm: Crm, minutes: int) -> None:
    with crm.as_owner() as owner:
        owner.execute(
            "UPDATE crm.chores SET started_at = started_at - make_interval(mins => %(minutes)s),"
            " trusted_at = trusted_at - make_interval(mins => %(minutes)s)",
            {"minutes": minutes},
        )


@pytest.mark.parametrize("who", ["ada", "emil"])
def test_of_many_windows_one_does_it(clean: Crm, who: str) -> None:
    work = Counter()
    desks = [clean.database(who) for _ in range(5)]
    together = threading.Barrier(len(desks))
    failures: list[BaseException] = []

    def sit_down(desk: Database) -> None:
        try:
            together.wait(10)
            for _ in range(5):
                run_due(desk, chores=[chore("sweep", work)])
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=sit_down, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (failures, work.times) == ([], 1)
    for desk in desks:
        desk.close()


def test_a_window_that_starts_again_waits_for_the_interval(clean: Crm, admin: Database) -> None:
    work = Counter()
    chores = [chore("sweep", work)]
    (done,) = run_due(admin, chores=chores)
    assert (done.said, done.failure) == ("Done.", None)
    make_older(clean, 59)
    again = clean.database()
    assert run_due(again, chores=chores) == ()
    make_older(clean, 2)
    assert [each.said for each in run_due(again, chores=chores)] == ["Done."]
    assert work.times == 2
    again.close()
    with admin.session() as session:
        last = last_times(session)["sweep"]
    assert (last.by, last.outcome, last.failed, last.finished_at is not None) == ("Ada Admin", "Done.", False, True)


def test_nobody_begins_what_another_is_at_however_long_it_takes(clean: Crm, admin: Database) -> None:
    with closing(clean.connect("emil", autocommit=True)) as emil:
        assert emil.execute("SELECT crm.begin_chore('sweep', '1 hour')").fetchone() == (True,)
        make_older(clean, 600)
        assert run_due(admin, chores=[chore("sweep", Counter())]) == ()
        emil.execute("SELECT crm.end_chore('sweep', 'At last.')")
    assert len(run_due(admin, chores=[chore("sweep", Counter())])) == 1  # begun ten hours ago


def test_what_an_employee_says_was_done_puts_nothing_off_for_administrators(
    clean: Crm, admin: Database, employee: Database
) -> None:
    with closing(clean.connect("emil", autocommit=True)) as emil:
        emil.execute("SELECT crm.begin_chore('sweep', '1 hour')")
        emil.execute("SELECT crm.end_chore('sweep', 'Nothing to do.')")
    work = Counter()
    assert run_due(employee, chores=[chore("sweep", work)]) == ()
    assert len(run_due(admin, chores=[chore("sweep", work)])) == 1
    assert run_due(admin, chores=[chore("sweep", work)]) == ()
    assert run_due(employee, chores=[chore("sweep", work)]) == (), "what an administrator did counts for all"


def test_a_killed_window_leaves_it_to_another_after_five_minutes(clean: Crm, employee: Database) -> None:
    work = Counter()
    with closing(clean.connect("emil", autocommit=True)) as emil:
        emil.execute("SELECT crm.begin_chore('sweep', '1 day')")
        with clean.as_superuser(autocommit=True) as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s, 5000)", (emil.info.backend_pid,))
    daily = [chore("sweep", work, timedelta(days=1))]
    assert run_due(employee, chores=daily) == ()
    make_older(clean, 6)
    assert len(run_due(employee, chores=daily)) == 1
    make_older(clean, 6)
    assert run_due(employee, chores=daily) == ()


def test_one_that_fails_keeps_no_other_from_being_done_and_waits_its_turn(clean: Crm, admin: Database) -> None:
    def fail(_database: Database, _cancellation: Cancellation | None) -> str:
        raise CrmError("The criteria cannot be used.")

    work = Counter("")
    chores = [chore("broken", fail), chore("sweep", work)]
    broken, swept = run_due(admin, chores=chores)
    assert (str(broken.failure), swept.said, work.times) == ("The criteria cannot be used.", "", 1)
    make_older(clean, 30)
    assert run_due(admin, chores=chores) == ()
    with admin.session() as session:
        last = last_times(session)
    assert (last["broken"].failed, last["broken"].outcome) == (True, "The criteria cannot be used.")
    assert (last["sweep"].failed, last["sweep"].outcome) == (False, "")


def test_a_fault_of_the_program_surfaces_once_in_an_interval(clean: Crm, admin: Database) -> None:
    def fail(_database: Database, _cancellation: Cancellation | None) -> str:
        raise ZeroDivisionError

    work = Counter()
    broken, swept = run_due(admin, chores=[chore("broken", fail), chore("sweep", work)])
    assert isinstance(broken.bug, ZeroDivisionError)
    assert (broken.failure, swept.said, work.times) == (None, "Done.", 1), "the rest of the round is done"
    with admin.session() as session:
        last = last_times(session)["broken"]
    assert (last.failed, last.outcome) == (True, "A fault of the program: ZeroDivisionError")
    make_older(clean, 30)
    assert run_due(admin, chores=[chore("broken", fail)]) == ()


def test_what_was_cancelled_is_soon_due_again(clean: Crm, admin: Database) -> None:
    cancellation = Cancellation()

    def stop(_database: Database, given: Cancellation | None) -> str:
        assert given is cancellation
        given.cancel()
        given.raise_if_cancelled()
        return "never"

    with pytest.raises(Cancelled):
        run_due(admin, cancellation, [chore("sweep", stop)])
    assert run_due(admin, chores=[chore("sweep", Counter())]) == ()
    make_older(clean, 6)
    assert len(run_due(admin, chores=[chore("sweep", Counter())])) == 1


def test_the_same_chore_of_another_database_on_the_server_does_not_matter(clean: Crm, admin: Database) -> None:
    elsewhere = replace(clean.target, dbname="postgres")
    lock = "SELECT pg_advisory_lock(hashtext('crm.chores'), hashtext('sweep'))"
    with closing(psycopg.connect(elsewhere.conninfo(), user=clean.superuser, password=clean.superuser_password)) as c:
        c.execute(lock)
        assert len(run_due(admin, chores=[chore("sweep", Counter())])) == 1


def test_over_sql_nobody_ends_what_they_did_not_begin(each_crm: Crm) -> None:
    with closing(each_crm.connect("emil", autocommit=True)) as emil, closing(each_crm.connect(autocommit=True)) as ada:
        emil.execute("SELECT crm.begin_chore('sweep', '1 hour')")
        for call in ("end_chore('sweep', '')", "end_chore('other', '')", "begin_chore(NULL, '1 hour')"):
            with pytest.raises(psycopg.Error) as refused:
                ada.execute(f"SELECT crm.{call}")
            assert refused.value.sqlstate == "CR001", call
        with pytest.raises(psycopg.errors.CheckViolation):
            emil.execute("SELECT crm.begin_chore('Robert; --', '1 hour')")
        emil.execute("SELECT crm.end_chore('sweep', 'Done.')")
        assert ada.execute("SELECT outcome FROM crm.chores").fetchone() == ("Done.",)


def test_every_chore_has_a_key_of_its_own() -> None:
    assert len({each.key for each in CHORES}) == len(CHORES)
    assert all(each.every >= timedelta(minutes=1) for each in CHORES)
