"""Servers from Debian's packages, each in front of a conforming API."""
