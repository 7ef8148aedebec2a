"""Faults in how credentials are taken and refused."""
