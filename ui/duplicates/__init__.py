"""The Duplicates tab, and the dialog that merges customers."""
