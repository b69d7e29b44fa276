"""Ctrl+K: what the window can do, and its customers, by a few letters."""
