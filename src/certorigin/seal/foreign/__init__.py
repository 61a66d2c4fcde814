"""Keys, signatures and credentials made elsewhere, outside the strict profile of our own acts."""
