"""Lists into files: CSV, XLSX and vCard."""
