"""Settings: people, appearance, this computer."""
