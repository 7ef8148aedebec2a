"""Compares two OpenAPI documents: which differences break clients, and which do not."""
