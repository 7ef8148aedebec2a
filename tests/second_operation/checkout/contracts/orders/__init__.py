"""What `GET /api/v1/shops/{shopId}/orders` promises."""
