"""The REST face over the same queries and actions that the window uses (docs/api.md)."""
