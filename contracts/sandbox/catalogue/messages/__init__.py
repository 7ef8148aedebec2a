"""Faults in statuses, in the syntax of messages and in their framing."""
