"""The commands of `python -m contracts`, one module each, imported only when used."""
