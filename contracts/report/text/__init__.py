"""A failure as text, for the terminal, for JUnit, and for the page's cards."""
