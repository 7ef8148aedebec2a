"""Registers the contract suite's pytest plugin."""

pytest_plugins = ["contracts.options", "contracts.plugin"]
