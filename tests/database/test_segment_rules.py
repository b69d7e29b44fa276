"""Rules of segments over plain SQL: who writes them, what they may hold, what running them lets nobody do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.factories.customers import customer, prospect
from tests.factories.rows import me
from tests.factories.segments import follow_up_rule, rule, segment
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]


@pytest.fixture
def ada(each_crm: Crm) -> Iterator[Connection]:
    with closing(each_crm.connect(autocommit=True)) as connection:
        yield connection


@pytest.fixture
def emil(each_crm: Crm, ada: Connection) -> Iterator[Connection]:
    with closing(each_crm.connect("emil", autocommit=True)) as connection:
        yield connection


def refused(connection: Connection, statement: str, *values: Any) -> str:
    """The state with which the database refuses it."""
    with pytest.raises(psycopg.Error) as error:
        connection.execute(statement, values)  # type: ignore[call-overload]
    return error.value.sqlstate or ""


def claim(connection: Connection, segment_id: UUID, *customers: UUID, dry: bool = False) -> tuple[Any, ...]:
    """Runs a segment as if these were the customers in it."""
    selection = uuid4()
    if customers:
        connection.execute(
            "INSERT INTO crm.frozen_rows (selection_id, part, row_ids, versions) VALUES (%s, 0, %s, %s)",
            (selection, list(customers), [1] * len(customers)),
        )
    row = connection.execute(
        "SELECT kind, entered, left_count, did FROM crm.run_segment(%s, %s, %s, crm.segment_fingerprint(%s), %s)",
        (segment_id, selection, len(customers), segment_id, dry),
    ).fetchone()
    assert row is not None
    return row


def test_employees_read_rules_and_write_none(ada: Connection, emil: Connection) -> None:
    identity = segment(ada)
    rule_id = rule(ada, identity)
    assert emil.execute("SELECT count(*) FROM crm.segment_rules").fetchone() == (1,)
    for statement in (
        f"INSERT INTO crm.segment_rules (segment_id, event, action, parameters) SELECT '{identity}', '', '', '{{}}'",
        "UPDATE crm.segment_rules SET is_active = false",
        "UPDATE crm.segment_rules SET written_by = NULL",
        "DELETE FROM crm.segment_rules",
        "INSERT INTO crm.segment_members VALUES (gen_random_uuid(), gen_random_uuid(), now())",
        "DELETE FROM crm.segment_members",
        "UPDATE crm.segment_runs SET did = '[]'",
        "DELETE FROM crm.segment_states",
        "INSERT INTO crm.settings (key, value) VALUES ('time_zone', '\"UTC\"')",
        "SELECT crm.undo_segment_run(1)",
        f"SELECT crm.act_by_rule(r, 'x', '{{}}', false) FROM crm.segment_rules r WHERE r.id = '{rule_id}'",
        "SELECT crm.note_segment_size(gen_random_uuid(), 1, 1, 1)",
    ):
        assert refused(emil, statement) == "42501", statement


def test_administrators_cannot_write_what_follows_from_runs(ada: Connection) -> None:
    rule(ada, segment(ada))
    for statement in (
        "UPDATE crm.segment_rules SET written_by = NULL",
        "UPDATE crm.segment_rules SET version = 7",
        "DELETE FROM crm.segment_members",
        "UPDATE crm.segment_runs SET undone_at = now()",
        "DELETE FROM crm.segment_sizes",
    ):
        assert refused(ada, statement) == "42501", statement


def test_a_segment_with_rules_is_deleted_by_administrators_only(ada: Connection, emil: Connection) -> None:
    ruled, plain = segment(ada), segment(ada)
    rule(ada, ruled)
    assert refused(emil, "DELETE FROM crm.customer_segments WHERE id = %s", ruled) == "CR002"
    emil.execute("DELETE FROM crm.customer_segments WHERE id = %s", (plain,))
    with ada.transaction():
        ada.execute("DELETE FROM crm.customer_segments WHERE id = %s", (ruled,))
        number = ada.execute("SELECT pg_current_xact_id()::text").fetchone()
    assert number is not None
    ada.execute("SELECT crm.undo_transaction(%s::xid8)", number)
    assert ada.execute("SELECT segment_id FROM crm.segment_rules").fetchall() == [(ruled,)]


FOLLOW_UP = {"subject": "Call", "days": 1, "time": "09:00", "priority": "high"}


_WRONG: list[tuple[str, Any]] = [
    ("add_tag", {}),
    ("add_tag", {"tag": ""}),
    ("add_tag", {"tag": " VIP"}),
    ("add_tag", {"tag": "x" * 51}),
    ("add_tag", {"tag": 5}),
    ("add_tag", {"tag": None}),
    ("add_tag", {"tag": "VIP", "more": 1}),
    ("add_tag", ["VIP"]),
    ("add_tag", "VIP"),
    ("set_status", {"status": "gone"}),
    ("set_status", {"tag": "VIP"}),
    ("follow_up", FOLLOW_UP),
    ("follow_up", {**FOLLOW_UP, "assignee": "owner"}),
    ("follow_up", {**FOLLOW_UP, "assignee": "nobody"}),
    ("follow_up", {**FOLLOW_UP, "assignee": None}),
    ("follow_up", {**FOLLOW_UP, "assignee": "owner", "fallback": "owner"}),
    ("follow_up", {**FOLLOW_UP, "assignee": "ME", "days": -1}),
    ("follow_up", {**FOLLOW_UP, "assignee": "ME", "days": 1.5}),
    ("follow_up", {**FOLLOW_UP, "assignee": "ME", "days": 366}),
    ("follow_up", {**FOLLOW_UP, "assignee": "ME", "days": "1"}),
    ("follow_up", {**FOLLOW_UP, "assignee": "ME", "time": "24:00"}),
    ("follow_up", {**FOLLOW_UP, "assignee": "ME", "time": "9:00"}),
    ("follow_up", {**FOLLOW_UP, "assignee": "ME", "time": 9}),
    ("follow_up", {**FOLLOW_UP, "assignee": "ME", "subject": "  "}),
    ("follow_up", {**FOLLOW_UP, "assignee": "ME", "priority": "now"}),
    ("follow_up", {**FOLLOW_UP, "assignee": "ME", "fallback": "ME"}),
    ("erase", {"tag": "VIP"}),
]


def test_a_rule_holds_what_its_action_needs_and_nothing_else(ada: Connection) -> None:
    mine, identity = str(me(ada)), segment(ada)
    statement = "INSERT INTO crm.segment_rules (segment_id, event, action, parameters) VALUES (%s, 'enter', %s, %s)"
    for action, given in _WRONG:
        if isinstance(given, dict):
            given = {key: mine if value == "ME" else value for key, value in given.items()}
        assert refused(ada, statement, identity, action, Jsonb(given)) == "23514", (action, given)


def test_a_follow_up_is_for_somebody_who_can_sign_in(each_crm: Crm, ada: Connection) -> None:
    uma, identity = each_crm.add_person("uma", "user"), segment(ada)
    for assignee in (uma, str(uuid4())):
        with pytest.raises(psycopg.Error) as error:
            follow_up_rule(ada, identity, assignee)
        assert error.value.sqlstate == "CR001"
        with pytest.raises(psycopg.Error) as error:
            follow_up_rule(ada, identity, "owner", fallback=assignee)
        assert error.value.sqlstate == "CR001"
    follow_up_rule(ada, identity, "owner", fallback=str(me(ada)))


def test_changes_of_rules_leave_a_trace_and_can_be_undone(each_crm: Crm, ada: Connection) -> None:
    identity = rule(ada, segment(ada), tag="VIP")
    with ada.transaction():
        ada.execute('UPDATE crm.segment_rules SET parameters = \'{"tag": "Gold"}\'')
        number = ada.execute("SELECT pg_current_xact_id()::text").fetchone()
    trail = ada.execute(
        "SELECT action, changes -> 'parameters' FROM crm.audit_log WHERE row_id = %s ORDER BY id", (str(identity),)
    ).fetchall()
    assert trail == [("insert", None), ("update", [{"tag": "VIP"}, {"tag": "Gold"}])]
    assert number is not None
    ada.execute("SELECT crm.undo_transaction(%s::xid8)", number)
    assert ada.execute("SELECT parameters FROM crm.segment_rules").fetchone() == ({"tag": "VIP"},)


def test_who_says_what_a_rule_does_is_its_author(each_crm: Crm, ada: Connection) -> None:
    eve = each_crm.add_person("eve", "admin")
    identity = rule(ada, segment(ada))
    author = "SELECT written_by FROM crm.segment_rules WHERE id = %s"
    assert ada.execute(author, (identity,)).fetchone() == (me(ada),)
    with each_crm.connect("eve", autocommit=True) as connection:
        connection.execute("UPDATE crm.segment_rules SET is_active = false")
        assert connection.execute(author, (identity,)).fetchone() == (me(ada),)
        connection.execute('UPDATE crm.segment_rules SET parameters = \'{"tag": "Gold"}\'')
        assert str(connection.execute(author, (identity,)).fetchone()) == str((UUID(eve),))


def test_an_employee_who_makes_members_up_gets_done_what_the_rule_does_and_nothing_else(
    ada: Connection, emil: Connection
) -> None:
    """Documented: it is what they may do by hand; it bears their name, and an administrator takes it back."""
    identity = segment(ada)
    rule(ada, identity)
    follow_up_rule(ada, identity, str(me(ada)))
    claim(emil, identity)
    outsider, other = customer(ada), prospect(ada)
    assert claim(emil, identity, outsider, uuid4())[1] == 1  # the other is nobody
    row = ada.execute("SELECT tags, status FROM crm.customers WHERE id = %s", (outsider,)).fetchone()
    assert row == (["Seen"], "active")
    made = ada.execute("SELECT customer_id, user_id, subject FROM crm.customer_interactions").fetchall()
    assert made == [(outsider, me(ada), "Call")]
    actors = "SELECT DISTINCT actor FROM crm.audit_log WHERE customer_id = %s AND application LIKE '%%segment rules'"
    assert ada.execute(actors, (outsider,)).fetchall() == [("emil",)]
    assert ada.execute("SELECT tags FROM crm.customers WHERE id = %s", (other,)).fetchone() == ([],)
    run = ada.execute("SELECT max(id) FROM crm.segment_runs").fetchone()
    ada.execute("SELECT crm.undo_segment_run(%s)", run)
    assert ada.execute("SELECT tags FROM crm.customers WHERE id = %s", (outsider,)).fetchone() == ([],)
    assert ada.execute("SELECT count(*) FROM crm.customer_interactions").fetchone() == (0,)


def test_an_employee_who_makes_members_up_again_and_again_stops_the_rule(ada: Connection, emil: Connection) -> None:
    identity = segment(ada)
    stopped = rule(ada, identity, "follow_up", assignee=str(me(ada)), **FOLLOW_UP)
    claim(emil, identity)
    outsider = customer(ada)
    for _ in range(6):
        claim(emil, identity, outsider)
        claim(emil, identity)
    assert ada.execute("SELECT count(*) FROM crm.customer_interactions").fetchone() == (3,)
    reason = ada.execute("SELECT stopped_because FROM crm.segment_rules WHERE id = %s", (stopped,)).fetchone()
    assert reason == ("It acted three times within a day on the same customer.",)
    runs = "SELECT DISTINCT u.username FROM crm.segment_runs r JOIN crm.users u ON u.id = r.run_by"
    assert ada.execute(runs).fetchall() == [("emil",)]
    for statement in (
        "UPDATE crm.segment_rules SET stopped_because = NULL",
        "UPDATE crm.segment_rules SET is_active = true",
        "SELECT crm.stop_rules(r, '{}') FROM crm.segment_rules r",
    ):
        assert refused(emil, statement) == "42501"


def test_a_size_that_an_employee_reports_gives_way_to_an_administrators(ada: Connection, emil: Connection) -> None:
    identity = segment(ada)
    for _ in range(3):
        prospect(ada)
    report = "SELECT crm.record_segment_size(%s, %s)"
    assert refused(emil, report, identity, 4) == "CR001"
    size = "SELECT size FROM crm.segment_sizes WHERE segment_id = %s"
    emil.execute(report, (identity, 1))
    assert emil.execute("SELECT * FROM crm.segments_without_size()").fetchall() == []
    assert ada.execute("SELECT * FROM crm.segments_without_size()").fetchall() == [(identity,)]
    ada.execute(report, (identity, 3))
    emil.execute(report, (identity, 2))
    assert ada.execute(size, (identity,)).fetchone() == (3,)
    assert ada.execute("SELECT * FROM crm.segments_without_size()").fetchall() == []


def test_nobody_runs_with_the_selection_of_another(ada: Connection, emil: Connection) -> None:
    identity, selection = segment(ada), uuid4()
    rule(ada, identity)
    ada.execute(
        "INSERT INTO crm.frozen_rows (selection_id, part, row_ids, versions) VALUES (%s, 0, %s, '{1}')",
        (selection, [customer(ada)]),
    )
    call = "SELECT crm.run_segment(%s, %s, 1, crm.segment_fingerprint(%s))"
    assert refused(emil, call, identity, selection, identity) == "CR004"


def test_an_employee_lets_no_rule_act_on_all_who_are_in(ada: Connection, emil: Connection) -> None:
    identity = segment(ada)
    wanted = rule(ada, identity)
    call = "SELECT crm.run_segment(%s, gen_random_uuid(), 0, crm.segment_fingerprint(%s), false, %s)"
    assert refused(emil, call, identity, identity, wanted) == "42501"


def test_a_dry_run_is_dry_for_whoever_calls_it(ada: Connection, emil: Connection) -> None:
    identity = segment(ada)
    rule(ada, identity)
    claim(emil, identity)
    who = prospect(ada)
    assert claim(emil, identity, who, dry=True)[3][0]["changed"] == 1
    assert ada.execute("SELECT count(*) FROM crm.segment_members").fetchone() == (0,)
    assert ada.execute("SELECT tags FROM crm.customers WHERE id = %s", (who,)).fetchone() == ([],)


def test_odd_tags_do_not_stop_a_rule(ada: Connection) -> None:
    """What an import or SQL left in the column may be no list at all."""
    identity = segment(ada)
    rule(ada, identity, tag="Seen")
    rule(ada, identity, "remove_tag", tag="old")
    claim(ada, identity)
    kinds: list[Any] = [None, {}, "text", [1, "OLD", ["seen"]], ["öld"], ["SEEN"]]
    people = [prospect(ada) for _ in kinds]
    for who, kind in zip(people, kinds, strict=True):
        ada.execute("UPDATE crm.customers SET tags = %s WHERE id = %s", (Jsonb(kind), who))
    claim(ada, identity, *people)
    found = [ada.execute("SELECT tags FROM crm.customers WHERE id = %s", (who,)).fetchone() for who in people]
    assert found == [
        (["Seen"],), (["Seen"],), (["Seen"],), ([1, ["seen"], "Seen"],), (["Seen"],), (["SEEN"],),
    ]  # fmt: skip


def test_the_time_zone_is_one_that_the_database_knows(ada: Connection) -> None:
    insert = "INSERT INTO crm.settings (key, value) VALUES ('time_zone', %s)"
    for wrong in ("Europe/Nowhere", "", 3, None, ["UTC"]):
        assert refused(ada, insert, Jsonb(wrong)) == "CR001"
    assert ada.execute("SELECT crm.time_zone()").fetchone() == ("UTC",)
    ada.execute(insert, (Jsonb("Europe/Madrid"),))
    assert refused(ada, "UPDATE crm.settings SET value = '\"Mars\"' WHERE key = 'time_zone'") == "CR001"
    assert ada.execute("SELECT crm.time_zone()").fetchone() == ("Europe/Madrid",)
