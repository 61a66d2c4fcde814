"""A decision of customs before a court: one file that proves itself, offline, years later."""
