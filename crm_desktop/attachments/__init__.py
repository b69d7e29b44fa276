"""Files attached to customers and interactions."""
