"""The second stop: whether the goods originate, decided rule by rule from facts of production."""
