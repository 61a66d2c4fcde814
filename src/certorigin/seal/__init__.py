"""Seals: canonical bytes, keys, proof sets, and the trust lists that say whose key speaks for whom."""
