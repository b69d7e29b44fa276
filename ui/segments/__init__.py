"""Segments: their list with live counts, each with its customers, and why somebody is in one."""
