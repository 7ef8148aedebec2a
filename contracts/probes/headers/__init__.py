"""Odd requests: a corpus of fields that servers parse, packs of them, random fields."""
