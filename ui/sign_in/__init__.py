"""Signing in, changing one's password, and the lock."""
