"""What the dialogs that edit a record share: fields, editors, validation shown at the field, saving, conflicts."""
