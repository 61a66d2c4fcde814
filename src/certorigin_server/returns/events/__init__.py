"""Certificates made from another one: duplicates, substitutes, corrections; contracts of sale."""
