"""What a certificate is worth as of a head: a pure fold over both states' logs."""
