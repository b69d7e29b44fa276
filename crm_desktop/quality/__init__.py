"""How good the data about customers is, and which customers to look at."""
