"""Faults in bodies: JSON text, schemas, media types and content codings."""
