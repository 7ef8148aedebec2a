"""The page's parts, each a function from a run to markup."""
