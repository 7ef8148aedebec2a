"""Redaction: nothing is written out but through here."""

from contracts.redaction.own_text import OwnText
from contracts.redaction.redactor import MASK, Redactor

__all__ = ["MASK", "OwnText", "Redactor"]
