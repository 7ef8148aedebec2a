"""Conforming variations: the suite must pass against each of them."""
