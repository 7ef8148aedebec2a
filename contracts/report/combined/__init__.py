"""The report of a combined run: one row for each operation, which has its own report too."""
