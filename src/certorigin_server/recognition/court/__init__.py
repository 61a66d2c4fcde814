"""A decision before a court: its evidence in one file, and on paper."""
