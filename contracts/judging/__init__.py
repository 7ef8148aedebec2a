"""From an exchange to findings: reading, expectation, checks, and a second oracle for bodies.

Imports `http` and `document`; sends nothing and knows no pytest. Start with `judge.py`.
"""
