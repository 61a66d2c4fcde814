"""Conditions of preference as customs found them, and the rates of a day."""
