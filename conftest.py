"""Registers the contract suite's pytest plugin."""

pytest_plugins = ["contracts.plugin.options", "contracts.plugin.plugin"]
