"""`certorigin generate`: a test system after a year of believable trade, the same for a seed."""
