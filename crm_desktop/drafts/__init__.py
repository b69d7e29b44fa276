"""What was typed and not saved, kept on disk until it is saved or discarded: it survives a crash of the program."""
