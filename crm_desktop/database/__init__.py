"""The database: where it is, how it is reached, run, built and upgraded."""
