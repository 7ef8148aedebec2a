"""Two OpenAPI documents beside each other: which differences break clients, and which do not."""
