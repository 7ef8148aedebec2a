"""Any GET operation of any document, served as described: start with `api.py`."""
