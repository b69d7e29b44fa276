"""The pictures of every screen."""
