"""What `GET /balance` promises."""
