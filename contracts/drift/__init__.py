"""Drift: what the published document, the official SDK and a run say beside the pinned document."""
