"""The trail of changes, and undoing them."""
