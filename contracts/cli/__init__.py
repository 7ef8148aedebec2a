"""The commands of `python -m contracts`, one module each, imported only when used.

Imports every package but `plugin`. `parser.py` holds what they share.
"""
