"""Asking a partner: which profile it speaks, and for a certificate by number and date (R11)."""
