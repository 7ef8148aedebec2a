"""What `GET /v2/stations/{id}/größe am tag` promises."""
