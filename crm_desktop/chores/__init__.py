"""What the program does by itself every so often: one desk at a time, never twice within the interval."""
