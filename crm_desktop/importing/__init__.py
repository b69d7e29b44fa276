"""Customers from files of other programs: read, recognised, checked, and loaded in one transaction."""
