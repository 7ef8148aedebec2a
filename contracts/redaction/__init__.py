"""Redaction: nothing is written out but through here."""

from contracts.redaction.redactor import MASK, Redactor

__all__ = ["MASK", "Redactor"]
