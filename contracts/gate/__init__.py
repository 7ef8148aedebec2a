"""What machines decide from a report: the release gate, and the recheck of recorded exchanges.

Imports `report` and what is below it. Start with `decide.py`.
"""
