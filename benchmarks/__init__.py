"""What the suite costs in requests, seconds and bytes, next to the least it could cost."""
