"""Any GET operation of any document, served as it says: start with `api.py`."""
