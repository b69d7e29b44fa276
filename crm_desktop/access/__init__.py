"""People who sign in: accounts, roles, passwords and what each of them may do."""
