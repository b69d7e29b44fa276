"""Saved views: a list with its filter, search, order and columns under a name, one's own or shared."""
