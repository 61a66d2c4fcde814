"""What is made from a certificate: requests for it, and the certificates themselves."""
