"""pytest-html's frame around our part of the page, made inert: no foreign script runs."""
