"""What the published document, the official SDK and a run say, next to the pinned document.

Imports `report` and what is below it. Start with `outcome.py`; `compare/` compares two documents.
"""
