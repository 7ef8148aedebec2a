"""Other plugins beside the suite's: what a run needs of them, and what it can't be had with."""
