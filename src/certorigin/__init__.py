"""Certorigin: electronic certification of the origin of goods, mutually applied by states."""

__version__ = "0.1.0"
