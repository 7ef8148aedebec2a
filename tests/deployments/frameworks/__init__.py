"""Frameworks with the balance operation written in each, as documented and with mistakes."""
