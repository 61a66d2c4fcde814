"""Stop 7: use at import, refusal, annulment and replacement travel back."""
