"""Believable customers, interactions and orders: for a first look, for screenshots, by the million for measuring."""
