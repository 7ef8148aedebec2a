"""What is checked again before it counts: drops, bans, keys that stop working, firewalls.

Imports `judging`, `probes` and the run. Start with `dropped.py`.
"""
