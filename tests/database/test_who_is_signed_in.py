"""Who is signed in is asked with every row that somebody writes: it must not cost more the more members there are."""

from __future__ import annotations

import pytest

from tests.helpers.postgres import Crm


@pytest.mark.parametrize("function", ["current_user_id", "signed_in", "may_export"])
def test_the_person_is_looked_up_in_an_index(each_crm: Crm, function: str) -> None:
    with each_crm.as_superuser(options="-c search_path=crm -c enable_seqscan=off") as connection:
        row = connection.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", (function,)).fetchone()
        assert row is not None
        plan = connection.execute(b"EXPLAIN " + row[0].encode()).fetchall()
    assert any("uq_users_username" in line for (line,) in plan), plan
