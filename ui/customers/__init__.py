"""Customers on screen: the list, the card, the dialogs."""
