"""The agreements whose rules of origin this system knows. Each is one folder of dated data."""
