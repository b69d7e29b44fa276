"""Orders and products: the page, their dialogs, and the tab on a customer's card."""
