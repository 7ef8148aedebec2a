"""Redaction: everything that is written out passes through here."""

from contracts.redaction.masks import MASK
from contracts.redaction.own_text import OwnText
from contracts.redaction.redactor import Redactor

__all__ = ["MASK", "OwnText", "Redactor"]
