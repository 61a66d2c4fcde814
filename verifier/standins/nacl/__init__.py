"""Stands in for PyNaCl: verifying Ed25519 with libsodium's strictness, by OpenSSL's arithmetic."""
