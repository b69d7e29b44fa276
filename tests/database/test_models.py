"""The models work under an employee's rights, and a save over somebody else's is refused."""

import pytest

from crm_desktop.customers.models import Customer
from crm_desktop.database.engine import Database
from crm_desktop.errors import StaleRow
from crm_desktop.interactions.models import CustomerInteraction
from scripts.check_drift import load_models
from tests.factories.rows import me
from tests.helpers.postgres import Crm

load_models()  # the mapper follows foreign keys into every subject


def test_an_employee_saves_through_the_models(clean: Crm, employee: Database) -> None:
    with clean.connect("emil") as connection:
        emil = me(connection)
    with employee.session() as session:
        customer = Customer(contact_name="Zoë", tags=["vip"])
        session.add(customer)
        session.flush()
        session.add(CustomerInteraction(customer_id=customer.id, user_id=emil, type="call", subject="Hello"))
        session.flush()
        session.refresh(customer)
        assert (customer.version, customer.name_key, customer.status) == (1, "zoe", "active")
        assert customer.last_contact is not None
        customer.city = "Köln"
        session.flush()
        assert (customer.version, customer.city_key) == (2, "koln")


def test_a_stale_save_is_refused(admin: Database, employee: Database) -> None:
    with admin.session() as session:
        customer = Customer(contact_name="Zoë")
        session.add(customer)
    with employee.session() as session:
        theirs = session.get_one(Customer, customer.id)
        theirs.city = "Bonn"
    customer.city = "Ulm"  # as it was loaded before
    with pytest.raises(StaleRow), admin.session() as session:
        session.add(customer)
