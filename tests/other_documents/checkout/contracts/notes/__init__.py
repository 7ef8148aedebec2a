"""What `GET /notes` promises."""
