"""Tables of any length: column lists, the paged model, the view and the painters of its cells."""
