"""A miniature of the billing API on loopback, conforming or with one defect at a time.

It also serves any other operation of a document, with content made from its schemas.
Imports no other package, so that judge and judged share no code. Start with `app.py`,
`catalogue/` and `generated/`.
"""
