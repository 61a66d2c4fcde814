"""Signing in: passkeys, one-time codes, the directory, and sessions that end."""
