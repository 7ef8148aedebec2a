"""What the OpenAPI document promises about an operation, down to single requirements.

Imports no other package of the suite. Start with `document.py`, `operation.py` and `catalogue.py`.
"""
