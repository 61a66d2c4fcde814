"""The trail: who did what, when, to which subject. Append-only and hash-chained (R14, R17)."""
