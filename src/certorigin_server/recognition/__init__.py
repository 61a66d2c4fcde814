"""Stop 6: customs verifies the certificate, matches it with the goods declaration, and decides."""
