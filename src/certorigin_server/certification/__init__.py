"""Stop 3: the authorised body numbers, prepares and seals the certificate."""
