"""What is asked again before it counts: drops, bans, keys that end, firewalls.

Imports `judging`, `probes` and the run. Start with `dropped.py`.
"""
