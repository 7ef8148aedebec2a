"""Other pytest plugins: what a run needs from them, and what it does not work with."""
