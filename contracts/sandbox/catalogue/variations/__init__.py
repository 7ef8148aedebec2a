"""Conforming variations: the suite must pass each of them."""
