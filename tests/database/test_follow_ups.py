"""Who may put off and hand on a follow-up, to whom, and taking it back: over plain SQL."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests.factories.customers import customer
from tests.factories.interactions import follow_up
from tests.factories.rows import me
from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]
PUT_OFF = "UPDATE crm.customer_interactions SET follow_up = follow_up + interval '1 day' WHERE id = %s"
HAND_ON = "UPDATE crm.customer_interactions SET assignee_id = %s WHERE id = %s"


def assignee(connection: Connection, interaction_id: Any) -> Any:
    row = connection.execute(
        "SELECT assignee_id FROM crm.customer_interactions WHERE id = %s", (interaction_id,)
    ).fetchone()
    assert row is not None
    return row[0]


def undo_last(connection: Connection) -> tuple[int, int]:
    """Commits what was done, then takes it back."""
    row = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
    connection.commit()
    assert row is not None
    result = connection.execute("SELECT * FROM crm.undo_transaction(%s::xid8)", row).fetchone()
    connection.commit()
    assert result is not None
    return int(result[0]), int(result[1])


def test_employees_change_what_is_theirs_to_follow_up_and_admins_all(ada: Connection, emil: Connection) -> None:
    hers = follow_up(ada, customer(ada))
    his_to_do = follow_up(ada, customer(ada), assignee_id=me(emil))
    ada.commit()
    written = follow_up(emil, customer(emil), assignee_id=me(ada))
    emil.commit()
    for one, changed in ((hers, 0), (his_to_do, 1), (written, 1)):
        assert emil.execute(PUT_OFF, (one,)).rowcount == changed
        assert emil.execute(HAND_ON, (me(emil), one)).rowcount == changed
    emil.commit()
    for one in (hers, his_to_do, written):
        assert ada.execute(PUT_OFF, (one,)).rowcount == 1
        assert ada.execute(HAND_ON, (me(ada), one)).rowcount == 1


def test_somebody_always_has_to_follow_up(ada: Connection, emil: Connection) -> None:
    planned = follow_up(ada, customer(ada), assignee_id=me(emil))
    ada.execute(HAND_ON, (None, planned))
    assert assignee(ada, planned) == me(ada), "its author"


@pytest.mark.parametrize("who", ["ada", "emil"])
def test_only_active_members_of_staff_get_one(each_crm: Crm, who: str) -> None:
    left = each_crm.add_person("eve", "employee")
    with closing(each_crm.connect()) as ada, closing(each_crm.connect(who)) as person:
        member = ada.execute("SELECT crm.enrol_customer(%s)", (customer(ada),)).fetchone()
        account = ada.execute("SELECT id FROM crm.users WHERE role = 'user'").fetchone()
        ada.execute("SELECT crm.deactivate_user(%s)", (left,))
        ada.commit()
        assert member is not None and account is not None
        planned = follow_up(person, customer(person))
        person.commit()
        for nobody in (left, account[0]):
            with pytest.raises(psycopg.errors.Error, match="no such active member of staff"):
                person.execute(HAND_ON, (nobody, planned))
            person.rollback()
            with pytest.raises(psycopg.errors.Error, match="no such active member of staff"):
                follow_up(person, customer(person), assignee_id=nobody)
            person.rollback()
        try:  # PostgreSQL 15 lets members take the group's place
            person.execute(f'SET ROLE "{each_crm.target.dbname}_employee"')
        except psycopg.errors.InsufficientPrivilege:
            return
        with pytest.raises(psycopg.errors.Error, match="no such active member of staff"):
            person.execute(HAND_ON, (left, planned))


def test_whoever_handed_on_a_follow_up_of_somebody_else_can_take_that_back(ada: Connection, emil: Connection) -> None:
    planned = follow_up(ada, customer(ada), assignee_id=me(emil))
    ada.commit()
    emil.execute(HAND_ON, (me(ada), planned))
    assert undo_last(emil) == (1, 0)
    assert assignee(emil, planned) == me(emil)


def test_taking_back_gives_no_right_to_what_was_never_one_s_own(ada: Connection, emil: Connection) -> None:
    planned = follow_up(ada, customer(ada), assignee_id=me(emil))
    ada.commit()
    emil.execute(PUT_OFF, (planned,))
    row = emil.execute("SELECT pg_current_xact_id()::text").fetchone()
    emil.commit()
    ada.execute(HAND_ON, (me(ada), planned))
    ada.commit()
    result = emil.execute("SELECT restored, refused FROM crm.undo_transaction(%s::xid8)", row).fetchone()
    assert result is not None and result[0] == 0


def test_a_handing_on_is_taken_back_although_the_one_before_has_left(each_crm: Crm) -> None:
    eve = each_crm.add_person("eve", "employee")
    with closing(each_crm.connect()) as ada:
        planned = follow_up(ada, customer(ada), assignee_id=eve)
        ada.commit()
        ada.execute(HAND_ON, (me(ada), planned))
        row = ada.execute("SELECT pg_current_xact_id()::text").fetchone()
        ada.commit()
        ada.execute("SELECT crm.deactivate_user(%s)", (eve,))
        ada.commit()
        result = ada.execute("SELECT restored, refused FROM crm.undo_transaction(%s::xid8)", row).fetchone()
        assert result is not None and result[0] == 1
        assert str(assignee(ada, planned)) == eve
