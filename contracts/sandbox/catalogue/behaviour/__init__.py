"""Faults that depend on the request, on its history, or on chance."""
