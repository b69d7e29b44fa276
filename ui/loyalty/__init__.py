"""The loyalty programme: members, their accounts, and the tab of the customer card."""
