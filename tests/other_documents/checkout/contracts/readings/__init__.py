"""What `GET /reading` promises."""
