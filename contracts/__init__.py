"""Contract suite for Rye's billing API: probes a live deployment and judges every answer."""

__version__ = "0.1.0"
