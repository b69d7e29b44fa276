"""Advanced filters: what is on, as chips in words, and the builder; and the views that keep them."""
