"""Seals: canonical bytes, keys, proof sets, and trust lists: whose key speaks for whom."""
