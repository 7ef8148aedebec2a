"""Redaction: nothing is written out but through here."""

from contracts.harness.credentials import secret_part
from contracts.harness.redaction.redactor import MASK, Redactor

__all__ = ["MASK", "Redactor", "secret_part"]
