"""Products and what customers ordered."""
