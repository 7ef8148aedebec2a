"""What pytest-html wrote around the page's own part, made inert: no script of anybody else runs."""
