"""Setting up databases: on the embedded server and on PostgreSQL 15, by a login that is no superuser."""

import psycopg
import pytest

from crm_desktop.database.provisioning import create_first_admin, has_admin, provision
from crm_desktop.errors import CrmError
from tests.helpers.postgres import Crm, Server15


def test_repeating_it_changes_nothing(crm: Crm) -> None:
    provision(crm.target, crm.owner, crm.owner_password, dbname="crm")
    assert has_admin(crm.target, crm.owner, crm.owner_password)


def test_only_one_first_admin(crm: Crm) -> None:
    with pytest.raises(CrmError, match="already has an administrator"):
        create_first_admin(
            crm.target, crm.owner, crm.owner_password, username="eve", display_name="Eve", admin_password="x" * 12
        )


@pytest.mark.postgres15
def test_a_login_that_is_no_superuser_sets_up_postgresql_15(crm15: Crm) -> None:
    crm15.empty()
    with crm15.connect("emil") as connection:
        assert connection.execute("SELECT count(*) FROM customers").fetchone() == (0,)
    provision(crm15.target, crm15.owner, crm15.owner_password, dbname="crm")


@pytest.mark.postgres15
def test_roles_of_somebody_else_are_refused(postgres15: Server15) -> None:
    target = postgres15.create_database("taken")
    with psycopg.connect(
        postgres15.target.conninfo(), user="boot", password=postgres15.password, autocommit=True
    ) as connection:
        connection.execute("CREATE ROLE taken_admin NOLOGIN")
    with pytest.raises(CrmError, match="taken_admin"):
        provision(target, postgres15.owner, postgres15.password, dbname="taken")
