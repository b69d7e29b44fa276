"""The row cache: pages in, rows out, late pages dropped."""

from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.listing.row_cache import RowCache


def test_rows_come_from_their_pages() -> None:
    cache: RowCache[int] = RowCache(page_size=3)
    generation = cache.reset()
    assert cache.put(generation, 1, [3, 4, 5])
    assert [cache.row(index) for index in range(2, 7)] == [None, 3, 4, 5, None]


def test_late_pages_are_dropped() -> None:
    cache: RowCache[int] = RowCache(page_size=3)
    early = cache.reset()
    cache.reset()
    assert not cache.put(early, 0, [1, 2, 3])
    assert cache.row(0) is None


def test_pages_in_sight_are_asked_for_once_and_first() -> None:
    cache: RowCache[int] = RowCache(page_size=10)
    generation = cache.reset()
    assert cache.wanted(25, 44, total=100) == [2, 3, 4, 5, 1]
    assert cache.wanted(25, 44, total=100) == []
    cache.failed(generation, 3)
    assert cache.wanted(25, 44, total=100) == [3]
    assert cache.wanted(95, 120, total=100) == [9, 8]
    assert cache.wanted(0, 10, total=0) == []


def test_the_first_rows_of_a_list_are_a_page_still_to_come() -> None:
    cache: RowCache[int] = RowCache(page_size=10)
    generation = cache.reset()
    cache.put(generation, 0, [1, 2], partial=True)
    assert cache.row(1) == 2 and cache.row(2) is None
    assert cache.wanted(0, 1, total=2) == []
    assert cache.wanted(0, 1, total=3) == [0]
    cache.put(generation, 0, [1, 2, 3])
    assert not cache.put(generation, 0, [1, 2], partial=True)
    assert cache.row(2) == 3


def test_rows_are_replaced_in_place() -> None:
    cache: RowCache[int] = RowCache(page_size=2)
    generation = cache.reset()
    cache.put(generation, 0, [1, 2])
    cache.put(generation, 4, [9, 1])
    assert cache.update(lambda row: 7 if row == 1 else None) == [0, 9]
    assert sorted(cache.loaded()) == [(0, 7), (1, 2), (8, 9), (9, 7)]


@given(st.lists(st.integers(0, 60), max_size=40), st.integers(1, 5))
def test_what_was_looked_at_last_stays(places: list[int], room: int) -> None:
    cache: RowCache[int] = RowCache(page_size=1, max_pages=room + 2)
    generation = cache.reset()
    for place in places:
        for page in cache.wanted(place, place, total=50):
            cache.put(generation, page, [page])
        assert len(list(cache.loaded())) <= room + 2
        in_sight = min(place, 49)
        assert cache.row(in_sight) == in_sight
