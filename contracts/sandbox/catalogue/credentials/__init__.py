"""Faults in how credentials are accepted and refused."""
