"""HTTP as bytes: probes and exchanges, messages, codings, JSON text, the socket and its envelope.

Imports no other package but `document`. Start with `exchange.py`; what HTTP lets a server answer to
an odd request is in `allowed/`.
"""
