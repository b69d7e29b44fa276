"""Customers who may be there twice: finding them, deciding about them, merging them."""
