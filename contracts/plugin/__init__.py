"""Everything that depends on pytest: options, collection, items, and the hooks of a contract run.

Imports every package but `cli`. Start with `plugin.py`, then `contract_run.py`.
"""
