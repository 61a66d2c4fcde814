"""A certificate in the formats of others: UBL, and JSON with the names of UN/CEFACT."""
