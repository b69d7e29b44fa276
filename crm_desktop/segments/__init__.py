"""Named groups of customers."""
