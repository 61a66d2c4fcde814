"""`certorigin demo`: two national systems on this machine, and goods that travel both ways."""
