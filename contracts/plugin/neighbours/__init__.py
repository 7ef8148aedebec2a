"""Other plugins beside the suite's: what a run needs of them, and what it does not work with."""
