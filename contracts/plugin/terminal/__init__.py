"""What a run shows on the terminal in addition to pytest's own lines."""
