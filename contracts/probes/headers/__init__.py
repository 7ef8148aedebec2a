"""Odd requests: a corpus of fields that servers parse, packs of them, queries, random fields."""
