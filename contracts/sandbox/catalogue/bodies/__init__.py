"""Faults in the bodies: JSON text, schemas, media types, codings."""
