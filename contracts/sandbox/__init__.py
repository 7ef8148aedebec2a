"""The billing API in miniature, on loopback: as it should be, and with one defect at a time.

Imports no other package: judge and judged share no code. Start with `app.py` and `catalogue/`.
"""
