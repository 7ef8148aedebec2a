"""What programs decide from a report: the release gate, and the recheck of recorded exchanges.

Imports `report` and the layers below it. Start with `decide.py`.
"""
