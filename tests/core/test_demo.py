"""Sample data: believable by itself, right by the database's own rules."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import phonenumbers
import pytest

from crm_desktop.customers.countries import region_of
from crm_desktop.customers.phones import national_digits
from crm_desktop.customers.reach import check_email
from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.database.upgrade import connect
from crm_desktop.demo.customers import make_customers
from crm_desktop.demo.interactions import make_interactions, spread
from crm_desktop.demo.places import COUNTRIES
from crm_desktop.demo.pools import Pool, fill, make_pools, slug
from crm_desktop.demo.sample import load
from crm_desktop.errors import Cancelled, NotAllowed
from tests.factories.rows import insert
from tests.helpers.postgres import Crm

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def pools() -> list[Pool]:
    return make_pools(5)


def people(pools: list[Pool], seed: int = 5) -> Iterator[Any]:
    return make_customers(3_000, pools, random.Random(seed), random.Random(), 4, NOW)


def test_every_telephone_prefix_makes_valid_numbers() -> None:
    rng = random.Random(3)
    for country in COUNTRIES:
        prefixes = [(city[3], country.lengths[0]) for city in country.cities]
        prefixes += [(prefix, country.lengths[1]) for prefix in country.mobile]
        for prefix, length in prefixes:
            for _ in range(25):
                digits = str(rng.randint(2, 9)) + "".join(rng.choices("0123456789", k=length - len(prefix) - 1))
                e164 = f"+{country.calling_code}{prefix}{digits}"
                assert phonenumbers.is_valid_number(phonenumbers.parse(e164)), (country.name, e164)
                assert national_digits(e164) == f"{country.trunk}{prefix}{digits}", e164


def test_countries_are_known_by_name() -> None:
    assert len(COUNTRIES) >= 20
    assert [region_of(country.name) for country in COUNTRIES] == [country.region for country in COUNTRIES]


def test_people_are_believable(pools: list[Pool]) -> None:
    made = list(people(pools))
    cities = {(city[0], country.name) for country in COUNTRIES for city in country.cities}
    for one in made:
        assert one.contact_name or one.company_name
        assert (one.city, one.country) in cities
        assert not one.email or check_email(one.email) == (one.email, "")
        assert one.company_name if one.customer_type == "business" else not one.company_name
        assert not any("\t" in text or "\\" in text for text in (one.company_name, one.contact_name, one.address))
    addresses = Counter(one.email for one in made if one.email)
    assert sum(addresses.values()) - len(addresses) < 30
    assert len({one.contact_name for one in made}) > 2_500
    years = Counter(datetime.fromtimestamp(one.created_at, UTC).year for one in made)
    assert years[2025] > 1.5 * years[2022]
    assert max(one.created_at for one in made) <= NOW.timestamp()


def test_the_same_seed_makes_the_same_people_with_other_ids(pools: list[Pool]) -> None:
    one, other = list(islice(people(pools), 50)), list(islice(people(pools), 50))
    assert [(p.contact_name, p.email, p.phone) for p in one] == [(p.contact_name, p.email, p.phone) for p in other]
    assert not {p.id for p in one} & {p.id for p in other}
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one[0].id)


def test_interactions_lie_between_the_customer_and_now(pools: list[Pool]) -> None:
    rng = random.Random(1)
    now = int(NOW.timestamp())
    dues = Counter[str]()
    for one in people(pools):
        made = make_interactions(one, 4, rng, 4, now)
        assert all(one.created_at <= interaction.created_at <= now for interaction in made)
        assert all(interaction.subject and "{" not in interaction.subject for interaction in made)
        if one.next_follow_up:
            dues["overdue" if one.next_follow_up < now - 86_400 else "soon"] += 1
    assert dues["overdue"] > 30
    assert dues["soon"] > 100


@pytest.mark.parametrize(("customers", "interactions"), [(1, 0), (1, 5), (10, 3), (1_000, 3_000)])
def test_the_spread_is_exact(customers: int, interactions: int) -> None:
    counts = list(spread(customers, interactions, 1))
    assert (len(counts), sum(counts), min(counts) >= 0) == (customers, interactions, True)


def test_slugs_and_patterns() -> None:
    assert slug("Großmann-Ørsted Łukasz") == "grossmann-orsted-lukasz"
    assert re.fullmatch(r"[A-Z]\d[A-Z] \d[A-Z]\d", fill("?#? #?#", random.Random(1)))
    assert re.fullmatch(r"10\d{3}", fill("10###", random.Random(1)))


DERIVED = "SELECT id, last_contact, next_follow_up, tier, contacts_text FROM crm.customers ORDER BY id"
FIGURES = """
SELECT measure, key, part, sum(amount)::bigint FROM crm.figures
GROUP BY 1, 2, 3 HAVING sum(amount) <> 0 ORDER BY 1, 2, 3
"""


def derived(crm: Crm) -> tuple[list[Any], list[Any]]:
    with crm.as_superuser() as connection:
        return connection.execute(DERIVED).fetchall(), connection.execute(FIGURES).fetchall()


def test_a_sample_is_complete_and_agrees_with_the_database_s_rules(clean: Crm, admin: Database) -> None:
    shares: list[float] = []
    loaded = load(admin, customers=400, progress=lambda share, text: shares.append(share or 0.0))
    assert (loaded.customers, loaded.interactions) == (400, 1_200)
    assert loaded.orders > 100
    assert loaded.accounts > 80
    assert shares == sorted(shares)
    before = derived(clean)
    with clean.as_owner() as owner:
        owner.execute("SELECT crm.rebuild_derived()")
    assert derived(clean) == before
    with admin.raw() as connection:

        def count(query: str) -> int:
            return int((connection.execute(query.encode()).fetchone() or (0,))[0])

        assert count("SELECT count(*) FROM customers") == 400
        assert count("SELECT count(DISTINCT user_id) FROM customer_interactions") > 1
        assert count("SELECT count(*) FROM customers WHERE phone IS NOT NULL AND phone_e164 IS NULL") == 0
        companies = count("SELECT count(*) FROM customers WHERE customer_type = 'business'")
        assert count("SELECT count(DISTINCT customer_id) FROM contact_positions WHERE is_primary") == companies > 100
        assert count("SELECT max(n) FROM (SELECT count(*) n FROM contact_positions GROUP BY customer_id) x") in (3, 4)
        assert count("SELECT count(*) FROM contacts WHERE phone IS NOT NULL AND phone_e164 IS NULL") == 0
        assert count("SELECT count(*) FROM customers WHERE other_emails <> '[]' OR other_phones <> '[]'") > 20
        assert count("SELECT count(*) FROM customer_interactions WHERE contact_id IS NOT NULL") > 100
        assert count("SELECT count(*) FROM loyalty_accounts WHERE tier <> 'bronze'") > 10
        assert count("SELECT count(*) FROM loyalty_ledger WHERE kind = 'redeem'") > 5
        assert count("SELECT count(*) FROM loyalty_ledger WHERE contact_id IS NOT NULL") > 5
        members_orders = (
            "FROM orders o JOIN customers c ON c.id = o.customer_id JOIN loyalty_accounts a ON a.user_id = c.user_id"
            " LEFT JOIN (SELECT order_id, sum(points) AS points FROM loyalty_ledger GROUP BY 1) l ON l.order_id = o.id"
        )
        earning = "o.status IN ('paid', 'shipped', 'completed')"
        assert count(f"SELECT count(*) {members_orders} WHERE {earning}") > 50
        assert (
            count(
                f"SELECT count(*) {members_orders} WHERE coalesce(l.points, 0) NOT IN (SELECT CASE WHEN {earning}"
                " THEN floor(o.total * 0.1 * t.earning_multiplier) ELSE 0 END FROM loyalty_tiers t)"
            )
            == 0
        )
        connection.execute("UPDATE orders SET status = 'cancelled'")
        assert count("SELECT count(*) FROM loyalty_accounts a WHERE points_balance < 0") == 0
        assert count("SELECT count(*) FROM loyalty_ledger l WHERE order_id IS NOT NULL AND kind = 'earn'") > 50
        connection.rollback()
        assert (
            count("SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id)")
            == 0
        )
        assert count("SELECT count(*) FROM customers WHERE version <> 1 AND user_id IS NULL") == 0


def test_a_sample_has_a_past(clean: Crm, admin: Database) -> None:
    """Charts of growth, of follow-ups done and the queue of duplicates have something to show at a first look."""
    criteria = {"field": "last_contact", "operator": "not_within", "value": {"last_days": 90}}
    with clean.connect() as connection:
        insert(connection, "customer_segments", {"name": "Silent", "criteria": criteria})
    load(admin, customers=300)
    with admin.raw() as connection:

        def rows(query: str) -> list[Any]:
            return connection.execute(query.encode()).fetchall()

        sizes = rows(
            "SELECT min(s.size), max(s.size), count(*) FROM segment_sizes s JOIN customer_segments c"
            " ON c.id = s.segment_id WHERE c.name = 'Silent'"
        )
        assert sizes[0][0] < sizes[0][1] and sizes[0][2] == 90
        assert not rows("SELECT FROM segment_sizes WHERE day >= current_date")
        late = rows("SELECT completed_at > follow_up FROM customer_interactions WHERE completed_at IS NOT NULL")
        assert len(late) > 3 and {row[0] for row in late} == {True, False}
        assert rows("SELECT FROM duplicate_pairs WHERE score >= 70")
        months = rows(
            "SELECT count(*) FROM orders WHERE ordered_at > now() - interval '12 months'"
            " GROUP BY floor(extract(epoch FROM now() - ordered_at) / 2630000)"
        )
        assert max(row[0] for row in months[:12]) < 4 * min(row[0] for row in months[:12])
        booked: dict[str, Any] = dict(rows("SELECT kind, sum(points)::bigint FROM loyalty_ledger GROUP BY 1"))
        assert -booked.get("expire", 0) < 0.2 * (booked["earn"] + booked["opening"])


def test_one_who_works_alone_gets_colleagues_once(clean: Crm) -> None:
    clean_database = clean.database()
    with clean.connect() as connection:
        connection.execute("SELECT crm.deactivate_user(id) FROM crm.users WHERE username = 'emil'")
    try:
        for _ in range(2):
            load(clean_database, customers=5, interactions=5)
        with clean.connect() as connection:
            staff = connection.execute(
                "SELECT username FROM crm.users WHERE role = 'employee' AND is_active"
            ).fetchall()
        assert sorted(name for (name,) in staff) == ["amelie.durand", "jonas.keller", "mateo.garcia", "sofia.lindgren"]
    finally:
        clean_database.close()
        with clean.connect() as connection:
            connection.execute("SELECT crm.reactivate_user(id) FROM crm.users WHERE username = 'emil'")
        clean.empty()


@pytest.mark.parametrize("bulk", [1, 10_000])
def test_the_owner_loads_straight_into_the_tables(
    clean: Crm, admin: Database, monkeypatch: pytest.MonkeyPatch, bulk: int
) -> None:
    monkeypatch.setattr("crm_desktop.demo.sample._BULK", bulk)
    indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'crm' ORDER BY 1"
    triggers = "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, tgrelid"
    keys = "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2"
    with clean.as_superuser() as connection:
        before = [connection.execute(query).fetchall() for query in (indexes, keys, triggers)]
    for _ in range(2):
        load(
            admin,
            customers=60,
            interactions=200,
            add_colleagues=False,
            owner=lambda: connect(clean.target, clean.owner, clean.owner_password),
        )
    with clean.as_superuser() as connection:
        assert [connection.execute(query).fetchall() for query in (indexes, keys, triggers)] == before
        assert connection.execute("SELECT count(*) FROM crm.customer_interactions").fetchall() == [(400,)]
    state = derived(clean)
    with clean.as_owner() as owner:
        owner.execute("SELECT crm.rebuild_derived()")
    assert derived(clean) == state


def test_only_administrators_add_sample_data(employee: Database) -> None:
    with pytest.raises(NotAllowed, match="administrators"):
        load(employee, customers=5)


def test_a_cancelled_sample_leaves_nothing(clean: Crm, admin: Database) -> None:
    cancellation = Cancellation()

    def cancel(share: float | None, text: str) -> None:
        cancellation.cancel()

    with pytest.raises(Cancelled):
        load(admin, customers=50, progress=cancel, cancelled=cancellation, add_colleagues=False)
    with clean.as_superuser() as connection:
        assert connection.execute("SELECT count(*) FROM crm.customers").fetchall() == [(0,)]
