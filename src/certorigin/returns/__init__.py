"""What travels back: use at import, refusal, annulment, replacement; each is a new act."""
