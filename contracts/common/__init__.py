"""What every operation promises and is asked: base requirements and the probe families.

Imports `probes` and `run`. An operation's suites take the families over by importing them, and
its `requirements.toml` extends `base.toml`. Start with `base.toml` and `authentication.py`.
"""
