"""What the parameters of a list mean, as its folder states it: start with `stated.py`."""
