"""The billing API in miniature, on loopback: as it should be, and with one defect at a time.

It serves any other operation of a document too, with content that the schemas describe.
Imports no other package: judge and judged share no code. Start with `app.py`, `catalogue/` and
`generated/`.
"""
