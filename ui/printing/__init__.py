"""A customer's card on paper or as a PDF file."""
