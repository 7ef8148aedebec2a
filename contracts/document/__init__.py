"""What the OpenAPI document promises of an operation: schemas, clauses, parameters, requirements.

Imports no other package of the suite. Start with `document.py`, `operation.py` and `catalogue.py`.
"""
