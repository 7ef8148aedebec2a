"""Modules that the benchmarks run in separate processes."""
