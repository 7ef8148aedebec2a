"""What the suite costs, in requests, seconds and bytes, beside the least that it could cost."""
