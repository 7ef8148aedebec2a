"""What the published document, the official SDK and a run say, beside the pinned document.

Imports `report` and what is below it. Start with `outcome.py`; `compare/` holds two documents
against each other.
"""
