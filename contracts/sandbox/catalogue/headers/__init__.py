"""Faults that one kind of request header triggers."""
