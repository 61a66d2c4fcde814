"""What is compared when a certificate is matched with a declaration: parties, papers, names."""
