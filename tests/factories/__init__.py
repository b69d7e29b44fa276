"""Rows for tests: each maker takes a psycopg connection and any columns that matter, and returns the new id."""
