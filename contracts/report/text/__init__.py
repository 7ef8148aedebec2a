"""A failure in words: for the terminal, for JUnit, and for the page's cards."""
