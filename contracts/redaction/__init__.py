"""Redaction: nothing is written out but through here."""

from contracts.probes.credentials import secret_part
from contracts.redaction.redactor import MASK, Redactor

__all__ = ["MASK", "Redactor", "secret_part"]
