"""HTTP as bytes: probes, exchanges, messages, codings, JSON text, the socket and its envelope.

Imports only `document` from the suite. Start with `exchange.py`; `allowed/` has what HTTP allows
as a response to an odd request.
"""
