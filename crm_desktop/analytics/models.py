"""Sums that are kept up to date, so that charts need not count millions of rows."""

from __future__ import annotations

from sqlalchemy import Column, Index, Numeric, Table, Text

from crm_desktop.database.base import Base

# No key: each statement adds a row with its delta, and a figure is the sum of its rows.
figures = Table(
    "figures",
    Base.metadata,
    Column("measure", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("amount", Numeric, nullable=False),
    Index("ix_figures_measure_key", "measure", "key"),
)
