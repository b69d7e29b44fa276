"""The first start: where the database is, and who administers it."""
