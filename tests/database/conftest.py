"""What tests of the database share: people at plain SQL, on each of the servers in turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests.helpers.postgres import Crm

Connection = psycopg.Connection[Any]


@pytest.fixture
def ada(each_crm: Crm) -> Iterator[Connection]:
    """An administrator."""
    with closing(each_crm.connect()) as connection:
        yield connection


@pytest.fixture
def emil(each_crm: Crm) -> Iterator[Connection]:
    """An employee."""
    with closing(each_crm.connect("emil")) as connection:
        yield connection
