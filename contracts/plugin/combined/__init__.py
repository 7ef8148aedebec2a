"""A combined run: several operations in turn, each with its own session and report."""
