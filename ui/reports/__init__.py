"""Reports on paper: the figures of a month, ready to be handed round."""
