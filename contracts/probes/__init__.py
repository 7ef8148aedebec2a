"""The requests: credentials right and wrong, header fields, queries, content, generated cases.

Imports `http` and `document`. Start with `credentials/lattice.py` and `headers/packs.py`.
"""
