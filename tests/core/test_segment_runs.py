"""Rules of segments act on whoever enters or leaves: each once, whoever runs them, and it can be taken back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError, NotAllowed, StaleRow
from crm_desktop.listing.filters import InvalidFilter
from crm_desktop.segments.rule_words import did_words, run_words
from crm_desktop.segments.rules import rules_of, set_active
from crm_desktop.segments.running import SegmentRunResult, run_all, run_segment
from crm_desktop.segments.runs import runs_of, undo_run
from crm_desktop.segments.sizes import record_sizes, sizes_of
from crm_desktop.segments.zone import clock, set_time_zone
from tests.factories.customers import business, customer, prospect
from tests.factories.merges import merge
from tests.factories.rows import me
from tests.factories.segments import follow_up_rule, rule, segment
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]


@pytest.fixture
def ada(clean: Crm) -> Iterator[Connection]:
    with closing(clean.connect(autocommit=True)) as connection:
        yield connection


def run(database: Database, segment_id: UUID, **options: Any) -> SegmentRunResult:
    with database.session() as session:
        return run_segment(session, segment_id, **options)


def started(database: Database, ada: Connection, **values: Any) -> UUID:
    """A segment of all prospects whose rule has seen who is in it."""
    identity = segment(ada, **values)
    rule(ada, identity)
    run(database, identity)
    return identity


def tags(connection: Connection, customer_id: UUID) -> list[str]:
    row = connection.execute("SELECT tags FROM crm.customers WHERE id = %s", (customer_id,)).fetchone()
    assert row is not None
    return list(row[0])


def one(connection: Connection, query: str, *values: Any) -> Any:
    row = connection.execute(query, values).fetchone()  # type: ignore[call-overload]
    return None if row is None else row[0]


FOLLOW_UPS = "SELECT count(*) FROM crm.customer_interactions WHERE customer_id = %s"


def test_who_was_in_before_a_rule_is_left_alone_and_who_enters_is_acted_on_once(
    admin: Database, ada: Connection
) -> None:
    before = prospect(ada)
    identity = segment(ada)
    rule(ada, identity)
    follow_up_rule(ada, identity, str(me(ada)))
    first = run(admin, identity)
    assert (first.kind, first.size, first.did) == ("first", 1, ())
    new = prospect(ada, tags=["Fair"])
    done = run(admin, identity)
    assert (done.kind, done.entered, [each.changed for each in done.did]) == ("run", 1, [1, 1])
    again = run(admin, identity)
    assert (again.entered, again.did, again.run_id) == (0, (), None)
    assert (tags(ada, before), tags(ada, new)) == ([], ["Fair", "Seen"])
    assert (one(ada, FOLLOW_UPS, before), one(ada, FOLLOW_UPS, new)) == (0, 1)
    assert run_words(done) == "1 entered, 0 left. Added the tag “Seen” to 1 customer; planned 1 follow-up “Call”."


def test_whoever_leaves_and_enters_again_is_acted_on_again(admin: Database, ada: Connection) -> None:
    identity = segment(ada)
    rule(ada, identity, "add_tag", "enter", tag="In")
    rule(ada, identity, "remove_tag", "leave", tag="in")
    follow_up_rule(ada, identity, str(me(ada)))
    who = customer(ada)
    run(admin, identity)
    for number in (1, 2, 3):
        ada.execute("UPDATE crm.customers SET status = 'prospect' WHERE id = %s", (who,))
        run(admin, identity)
        assert (tags(ada, who), one(ada, FOLLOW_UPS, who)) == (["In"], number)
        ada.execute("UPDATE crm.customers SET status = 'active' WHERE id = %s", (who,))
        left = run(admin, identity)
        assert (left.left, tags(ada, who), one(ada, FOLLOW_UPS, who)) == (1, [], number)


def test_a_rule_that_takes_its_customers_out_of_the_segment_ends_there(admin: Database, ada: Connection) -> None:
    identity = segment(ada)
    rule(ada, identity, "set_status", status="active")
    rule(ada, identity, "add_tag", "leave", tag="Won")
    run(admin, identity)
    who = prospect(ada)
    assert [each.changed for each in run(admin, identity).did] == [1]
    assert [each.changed for each in run(admin, identity).did] == [1]
    assert run(admin, identity).did == ()
    assert tags(ada, who) == ["Won"]


def test_two_rules_that_undo_each_other_stop_and_say_so(admin: Database, ada: Connection) -> None:
    identity = segment(ada, name="Open")
    forth = rule(ada, identity, "set_status", status="active")
    back = rule(ada, identity, "set_status", "leave", status="prospect")
    rule(ada, identity, tag="Seen")
    run_all(admin)
    who = prospect(ada)
    said: list[str] = []
    for _ in range(10):
        done, _failures = run_all(admin)
        said += [did_words(each.did) for each in done if any(acted.stopped for acted in each.did)]
    stopped = "SELECT stopped_because FROM crm.segment_rules WHERE id = %s AND NOT is_active"
    reason = one(ada, stopped, forth)
    assert reason == one(ada, stopped, back)
    assert reason.startswith("It acted three times within a day on the same customer, in turns with rules of “Open”")
    assert len(said) == 1
    assert reason.rstrip(".") in said[0]
    changes = "SELECT count(*) FROM crm.audit_log WHERE customer_id = %s AND changes ? 'status'"
    assert one(ada, changes, who) == 6
    assert one(ada, "SELECT count(*) FROM crm.segment_rules WHERE is_active") == 1, "the rule beside them goes on"
    with admin.session() as session:
        row = next(each for each in rules_of(session, identity) if each.id == forth)
        assert row.stopped_because == reason
        assert not row.is_active
        set_active(session, row, True)
    assert one(ada, "SELECT stopped_because FROM crm.segment_rules WHERE id = %s AND is_active", forth) is None
    run_all(admin)
    ada.execute("UPDATE crm.customers SET status = 'inactive' WHERE id = %s", (who,))
    run_all(admin)
    ada.execute("UPDATE crm.customers SET status = 'prospect' WHERE id = %s", (who,))
    run_all(admin)
    assert one(ada, "SELECT status FROM crm.customers WHERE id = %s", who) == "active", "it counts anew"


def test_two_runners_at_once_act_once(clean: Crm, ada: Connection) -> None:
    admin, other = clean.database(), clean.database("emil")
    identity = segment(ada)
    rule(ada, identity)
    follow_up_rule(ada, identity, str(me(ada)))
    run(admin, identity)
    for _round in range(3):
        new = [prospect(ada) for _ in range(20)]
        together = threading.Barrier(2)
        failures: list[BaseException] = []

        def sit_down(database: Database, together: threading.Barrier = together) -> None:
            try:
                together.wait(10)
                for _ in range(3):
                    run(database, identity)
            except BaseException as error:  # noqa: BLE001 - told below
                failures.append(error)  # noqa: B023 - the threads end within the round

        threads = [threading.Thread(target=sit_down, args=(each,)) for each in (admin, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert failures == []
        counts = [one(ada, FOLLOW_UPS, each) for each in new]
        assert counts == [1] * 20
    admin.close()
    other.close()


def test_killed_between_finding_and_committing_everything_is_done_by_the_next(
    clean: Crm, admin: Database, ada: Connection
) -> None:
    identity = started(admin, ada)
    new = prospect(ada)
    victim = clean.database()

    def be_killed() -> None:
        with victim.session() as session:
            assert run_segment(session, identity).did[0].changed == 1
            pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with clean.as_superuser(autocommit=True) as superuser:
                superuser.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    with pytest.raises(CrmError):
        be_killed()
    victim.close()
    assert tags(ada, new) == []
    assert run(admin, identity).did[0].changed == 1
    assert (run(admin, identity).did, tags(ada, new)) == ((), ["Seen"])


def test_a_changed_definition_sets_no_rule_off(admin: Database, ada: Connection) -> None:
    """An employee may change the criteria: nobody has entered by that, and no rule acts on them."""
    other = customer(ada)
    inner = segment(ada)
    outer = segment(ada, {"field": "segment", "operator": "is", "value": str(inner)})
    for each in (inner, outer):
        rule(ada, each)
        run(admin, each)
    everybody = '{"all": []}'
    ada.execute("UPDATE crm.customer_segments SET criteria = %s WHERE id = %s", (everybody, inner))
    for each in (inner, outer):  # the one that names it is another by that, too
        done = run(admin, each)
        assert (done.kind, done.entered, done.did) == ("criteria", 1, ())
    assert tags(ada, other) == []
    assert "The criteria were changed: 1 customer came in and 0 went" in run_words(done)
    new = customer(ada)
    assert [run(admin, each).entered for each in (inner, outer)] == [1, 1]
    assert tags(ada, new) == ["Seen"]


def test_a_rule_acts_on_those_in_it_now_when_an_administrator_says_so(
    clean: Crm, admin: Database, employee: Database, ada: Connection
) -> None:
    before = [prospect(ada) for _ in range(3)]
    identity = segment(ada)
    wanted = rule(ada, identity)
    run(admin, identity)
    with pytest.raises(NotAllowed), employee.session() as session:
        run_segment(session, identity, asked=wanted)
    with admin.session() as session:
        dry = run_segment(session, identity, asked=wanted, dry=True)
        session.rollback()
    assert (dry.did[0].changed, [tags(ada, each) for each in before]) == (3, [[]] * 3)
    done = run(admin, identity, asked=wanted)
    assert (done.kind, done.did[0].customers, [tags(ada, each) for each in before]) == ("asked", 3, [["Seen"]] * 3)
    assert run(admin, identity, asked=wanted).did == ()
    new = prospect(ada)
    assert run(admin, identity, asked=wanted).did[0].customers == 1  # entered, and asked for, once
    assert tags(ada, new) == ["Seen"]


def test_a_paused_rule_does_not_make_up_for_what_it_missed(admin: Database, ada: Connection) -> None:
    identity = segment(ada)
    paused = rule(ada, identity, tag="Paused")
    rule(ada, identity, tag="Going on")
    run(admin, identity)
    ada.execute("UPDATE crm.segment_rules SET is_active = false WHERE id = %s", (paused,))
    missed = prospect(ada)
    run(admin, identity)
    ada.execute("UPDATE crm.segment_rules SET is_active = true WHERE id = %s", (paused,))
    run(admin, identity)
    new = prospect(ada)
    run(admin, identity)
    assert (tags(ada, missed), tags(ada, new)) == (["Going on"], ["Paused", "Going on"])


def test_without_active_rules_nobody_remembers_who_was_in(admin: Database, ada: Connection) -> None:
    identity = started(admin, ada)
    prospect(ada)
    run(admin, identity)
    assert one(ada, "SELECT count(*) FROM crm.segment_members") == 1
    ada.execute("UPDATE crm.segment_rules SET is_active = false")
    assert run_all(admin) == ([], [])
    assert one(ada, "SELECT count(*) FROM crm.segment_members") == 0
    ada.execute("UPDATE crm.segment_rules SET is_active = true")
    prospect(ada)
    done, failures = run_all(admin)
    assert ([each.kind for each in done], failures) == (["first"], [])
    assert run(admin, identity).did == ()


def test_undo_takes_a_run_back_and_keeps_what_was_changed_since(
    clean: Crm, admin: Database, employee: Database, ada: Connection
) -> None:
    identity = segment(ada)
    rule(ada, identity)
    follow_up_rule(ada, identity, str(me(ada)))
    run(admin, identity)
    untouched, edited = prospect(ada, tags=["Fair"]), prospect(ada)
    done = run(employee, identity)
    assert done.run_id is not None
    ada.execute('UPDATE crm.customers SET tags = \'["Seen", "Mine"]\' WHERE id = %s', (edited,))
    ada.execute("UPDATE crm.customer_interactions SET outcome = 'Busy' WHERE customer_id = %s", (edited,))
    with pytest.raises(NotAllowed), employee.session() as session:
        undo_run(session, done.run_id)
    with admin.session() as session:
        undone = undo_run(session, done.run_id)
    assert (undone.restored, undone.refused, undone.kept) == (2, 2, (edited,))
    assert (tags(ada, untouched), tags(ada, edited)) == (["Fair"], ["Seen", "Mine"])
    assert (one(ada, FOLLOW_UPS, untouched), one(ada, FOLLOW_UPS, edited)) == (0, 1)
    with admin.session() as session:
        (shown, _first) = runs_of(session, identity)
        assert (shown.by, shown.undone_by, shown.kept, shown.changed) == ("Emil Employee", "Ada Admin", 2, 4)
    with pytest.raises(CrmError, match="undone before"), admin.session() as session:
        undo_run(session, done.run_id)
    assert run(admin, identity).did == ()  # they are still in: no rule acts again
    assert tags(ada, untouched) == ["Fair"]


def test_the_trail_names_rules_as_the_application_and_whoever_ran_them(
    admin: Database, employee: Database, ada: Connection
) -> None:
    identity = started(admin, ada)
    new = prospect(ada)
    run(employee, identity)
    trail = ada.execute(
        "SELECT actor, application FROM crm.audit_log WHERE customer_id = %s AND action = 'update'", (new,)
    ).fetchall()
    assert trail == [("emil", "CRM Desktop segment rules")]


def test_a_follow_up_is_written_by_the_author_of_the_rule_for_whoever_can_do_it(
    clean: Crm, admin: Database, employee: Database, ada: Connection
) -> None:
    dora = clean.add_person("dora", "employee")
    emil = str(one(ada, "SELECT id FROM crm.users WHERE username = 'emil'"))
    identity = segment(ada)
    follow_up_rule(ada, identity, "owner", fallback=emil)
    follow_up_rule(ada, identity, dora)
    run(admin, identity)
    hers, nobodys, gone = (prospect(ada, owner_id=owner) for owner in (dora, None, dora))
    run(employee, identity)

    def made(customer_id: UUID) -> list[tuple[str, str]]:
        return ada.execute(
            "SELECT author.username, assignee.username FROM crm.customer_interactions i"
            " JOIN crm.users author ON author.id = i.user_id JOIN crm.users assignee ON assignee.id = i.assignee_id"
            " WHERE i.customer_id = %s ORDER BY 2",
            (customer_id,),
        ).fetchall()

    assert made(hers) == [("ada", "dora")] * 2
    assert made(nobodys) == [("ada", "dora"), ("ada", "emil")]
    ada.execute("SELECT crm.deactivate_user(%s)", (dora,))
    late = prospect(ada, owner_id=dora)
    run(employee, identity)
    assert made(late) == [("ada", "ada"), ("ada", "emil")]
    assert len(made(gone)) == 2


def test_deleting_merging_and_their_undo_let_nobody_enter_twice(clean: Crm, admin: Database, ada: Connection) -> None:
    identity = segment(ada)
    follow_up_rule(ada, identity, str(me(ada)))
    rule(ada, identity, "add_tag", "leave", tag="Left")
    run(admin, identity)
    kept, other, deleted = prospect(ada), prospect(ada), prospect(ada)
    assert run(admin, identity).entered == 3
    with closing(clean.connect()) as connection:
        transaction = merge(connection, kept, other)
        connection.execute("DELETE FROM crm.customers WHERE id = %s", (deleted,))
        row = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
        connection.commit()
    assert row is not None
    assert (run(admin, identity).did, run(admin, identity).left) == ((), 0)
    for number in (row[0], transaction):
        ada.execute("SELECT crm.undo_transaction(%s::xid8)", (number,))
    assert one(ada, "SELECT count(*) FROM crm.customers") == 3
    assert run(admin, identity).did == ()
    assert [one(ada, FOLLOW_UPS, each) for each in (kept, other, deleted)] == [1, 1, 1]


def test_whoever_a_member_is_merged_into_has_not_entered(clean: Crm, admin: Database, ada: Connection) -> None:
    identity = segment(ada)
    follow_up_rule(ada, identity, str(me(ada)))
    run(admin, identity)
    survivor, member = customer(ada), prospect(ada)
    assert run(admin, identity).entered == 1
    with closing(clean.connect()) as connection:
        merge(connection, survivor, member, status=member)
    assert run(admin, identity).did == ()
    assert one(ada, FOLLOW_UPS, survivor) == 1  # the one that moved with the merge
    ada.execute("UPDATE crm.customers SET status = 'active' WHERE id = %s", (survivor,))
    assert run(admin, identity).left == 1
    ada.execute("UPDATE crm.customers SET status = 'prospect' WHERE id = %s", (survivor,))
    assert run(admin, identity).did[0].changed == 1
    assert one(ada, FOLLOW_UPS, survivor) == 2


def test_an_erasure_leaves_no_member(admin: Database, ada: Connection) -> None:
    identity = started(admin, ada)
    who = prospect(ada)
    run(admin, identity)
    ada.execute("SELECT crm.erase_customer(%s)", (who,))
    assert one(ada, "SELECT count(*) FROM crm.segment_members") == 0


def test_criteria_that_mean_who_looks_run_no_rules(admin: Database, ada: Connection) -> None:
    mine = {"field": "owner_id", "operator": "in", "value": ["me"]}
    inner = segment(ada, {"any": [{"field": "interactions", "operator": "has", "value": {
        "field": "user_id", "operator": "is", "value": "me"}}, mine]})  # fmt: skip
    outer = segment(ada, {"field": "segment", "operator": "is_not", "value": str(inner)})
    sound = segment(ada, name="Sound")
    for each in (inner, outer, sound):
        rule(ada, each)
    with pytest.raises(InvalidFilter, match="somebody else at each desk"):
        run(admin, outer)
    done, failures = run_all(admin)
    assert [each.name for each in done] == ["Sound"]
    assert {each.segment_id for each in failures} == {inner, outer}


def test_a_dry_run_says_what_would_be_done_and_changes_nothing(clean: Crm, admin: Database, ada: Connection) -> None:
    identity = segment(ada, name="Prospects")
    rule(ada, identity)
    rule(ada, identity, "set_status", "leave", status="active")
    follow_up_rule(ada, identity, str(me(ada)))
    leaving = prospect(ada)
    run(admin, identity)
    prospect(ada)
    prospect(ada, tags=["SEEN"])
    ada.execute("UPDATE crm.customers SET status = 'inactive' WHERE id = %s", (leaving,))
    tables = (
        "customers", "customer_interactions", "segment_members", "segment_states", "segment_runs", "segment_sizes",
        "audit_log", "frozen_rows", "chores",
    )  # fmt: skip
    everything = "SELECT jsonb_agg(to_jsonb(t) ORDER BY t::text) FROM crm.{} t"
    before = [one(ada, everything.format(table)) for table in tables]
    done, failures = run_all(admin, dry=True)
    assert [one(ada, everything.format(table)) for table in tables] == before
    would = did_words(done[0].did, would=True)
    assert would == (
        "Would add the tag “Seen” to 1 customer (1 was so already); would set the status of 1 customer to active;"
        " would plan 2 follow-ups “Call”."
    )
    really = run(admin, identity)
    assert ([each.changed for each in really.did], failures) == ([each.changed for each in done[0].did], [])


def test_what_was_looked_up_before_a_change_is_not_acted_on(clean: Crm, admin: Database, ada: Connection) -> None:
    identity = started(admin, ada)
    call = "SELECT crm.run_segment(:id, gen_random_uuid(), {}, false, NULL)"
    with pytest.raises(StaleRow), admin.session() as session:
        session.execute(text(call.format("0, 'another'")), {"id": identity})
    with pytest.raises(CrmError, match="not there any more"), admin.session() as session:
        session.execute(text(call.format("5, crm.segment_fingerprint(:id)")), {"id": identity})


def test_sizes_are_recorded_once_a_day_of_the_programs_time_zone(admin: Database, ada: Connection) -> None:
    watched, plain = started(admin, ada), segment(ada, {"all": []})
    broken = segment(ada, {"field": "nothing", "operator": "is", "value": 1})
    segment(ada, is_active=False)
    prospect(ada)
    run(admin, watched)
    assert record_sizes(admin) == 1
    assert record_sizes(admin) == 0
    with admin.session() as session:
        today = clock(session).today
        (day,) = sizes_of(session, watched)
        assert (day.day, day.size, day.entered, day.left) == (today, 1, 1, 0)
        (day,) = sizes_of(session, plain)
        assert (day.size, day.entered, day.left) == (1, None, None)
        assert sizes_of(session, broken) == ()
        set_time_zone(session, "Pacific/Kiritimati")
    with admin.session() as session:
        other = clock(session).today
    assert record_sizes(admin) == (0 if other == today else 2)


@settings(max_examples=40)
@given(
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC)),
    zone=st.sampled_from(["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    days=st.integers(0, 365),
)
def test_due_at_nine_is_nine_there_whatever_the_clocks_do(crm: Crm, moment: datetime, zone: str, days: int) -> None:
    with closing(crm.connect()) as connection:
        due = one(connection, "SELECT crm.due_time(%s, %s, %s, '09:00')", moment, zone, days)
    there = due.astimezone(ZoneInfo(zone))
    today = moment.astimezone(ZoneInfo(zone)).date()
    assert (there.hour, there.minute, there.date()) == (9, 0, today + timedelta(days=days))


def test_a_time_that_the_clocks_skip_or_repeat_is_one_moment(crm: Crm) -> None:
    with closing(crm.connect()) as connection:
        # 29 March 2026: 02:00 becomes 03:00; 25 October: 03:00 becomes 02:00.
        skipped = one(connection, "SELECT crm.due_time('2026-03-28 12:00+01', 'Europe/Madrid', 1, '02:30')")
        twice = one(connection, "SELECT crm.due_time('2026-10-24 12:00+02', 'Europe/Madrid', 1, '02:30')")
    assert skipped.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 there
    assert twice.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # after the clocks went back


class Model:
    """What must come of it, said plainly: who was in, what is to be done for whom."""

    def __init__(self) -> None:
        self.inside: set[int] = set()
        self.seen: set[int] | None = None
        self.calls: dict[int, int] = {}
        self.left: dict[int, int] = {}

    def run(self) -> None:
        if self.seen is not None:
            for who in self.inside - self.seen:
                self.calls[who] = self.calls.get(who, 0) + 1
            for who in self.seen - self.inside:
                self.left[who] = self.left.get(who, 0) + 1
        self.seen = set(self.inside)


@settings(max_examples=8)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("enter"), st.integers(0, 4)),
            st.tuples(st.just("leave"), st.integers(0, 4)),
            st.tuples(st.just("run"), st.sampled_from(["ada", "emil"])),
            st.tuples(st.just("broken off"), st.just("ada")),
        ),
        max_size=16,
    )
)
def test_whatever_happens_each_entering_and_leaving_is_acted_on_once(crm: Crm, steps: list[tuple[str, Any]]) -> None:
    crm.empty()
    desks = {name: crm.database(name) for name in ("ada", "emil")}
    model = Model()
    with closing(crm.connect(autocommit=True)) as ada:
        people = [business(ada) for _ in range(5)]
        identity = segment(ada)
        follow_up_rule(ada, identity, str(me(ada)))
        follow_up_rule(ada, identity, str(me(ada)), "leave", subject="Why?")
        for step, what in [*steps, ("run", "ada")]:
            if step == "run":
                run(desks[what], identity)
                model.run()
            elif step == "broken off":
                with desks[what].session() as session:
                    run_segment(session, identity)
                    session.rollback()
            else:
                status = "prospect" if step == "enter" else "active"
                ada.execute("UPDATE crm.customers SET status = %s WHERE id = %s", (status, people[what]))
                (model.inside.add if step == "enter" else model.inside.discard)(what)
        counted = "SELECT customer_id, count(*) FROM crm.customer_interactions WHERE subject = %s GROUP BY 1"
        for subject, wanted in (("Call", model.calls), ("Why?", model.left)):
            found = dict(ada.execute(counted, (subject,)).fetchall())
            assert found == {people[who]: number for who, number in wanted.items()}
        members = {row[0] for row in ada.execute("SELECT customer_id FROM crm.segment_members").fetchall()}
        assert members == {people[who] for who in model.inside}
    for desk in desks.values():
        desk.close()


def test_another_crm_on_the_same_server_runs_its_own(clean: Crm, admin: Database, ada: Connection) -> None:
    identity = started(admin, ada)
    prospect(ada)
    elsewhere = replace(clean.target, dbname="postgres")
    lock = "SELECT pg_advisory_lock(hashtext('crm.segment_runs'), hashtext(%s))"
    with closing(psycopg.connect(elsewhere.conninfo(), user=clean.superuser, password=clean.superuser_password)) as c:
        c.execute(lock, (str(identity),))
        assert run(admin, identity).did[0].changed == 1
