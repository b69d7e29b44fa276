"""The command line: an administrator's work without a window."""
