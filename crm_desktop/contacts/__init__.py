"""The people at companies: who they are, what they are there, where they are reached. One may be at several."""
