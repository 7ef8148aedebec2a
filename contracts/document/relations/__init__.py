"""What the parameters of a list mean, as a folder states it: start with `stated.py`."""
