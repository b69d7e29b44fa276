"""People and companies: what the list and the card show, and how they are saved."""
