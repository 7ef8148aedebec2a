"""The parts of the page, each a function from a run to markup."""
