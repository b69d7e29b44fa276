"""The people at a company: on its card, in a dialog of their own, linked from elsewhere."""
