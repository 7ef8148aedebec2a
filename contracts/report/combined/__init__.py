"""The report of a combined run: one row for each operation, beside the reports of their own."""
