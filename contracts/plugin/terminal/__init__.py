"""What a run shows on the terminal beside pytest's own lines."""
