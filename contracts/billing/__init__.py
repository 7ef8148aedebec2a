"""What `GET /api/v1/billing/balance` promises, one module per documented answer."""
