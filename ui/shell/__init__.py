"""The pieces of the main window: header, stat cards, filter bar, and the layout of list and card."""
