"""What the OpenAPI document promises of an operation: schemas, clauses, parameters, requirements.

Imports no other package of the suite. Start with `operation.py` and `requirements.py`.
"""
