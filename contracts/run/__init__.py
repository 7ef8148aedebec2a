"""A run against one target: client, pace, asking, ledger, verdict and waivers.

Imports `redaction` and the layers below it. Start with `run.py` and `asking.py`.
"""
