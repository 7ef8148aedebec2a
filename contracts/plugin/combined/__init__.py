"""A combined run: several operations in turn, each with a session and a report of its own."""
