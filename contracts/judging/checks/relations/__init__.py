"""What parameters mean, as far as an operation's folder states it: start with `lists.py`."""
