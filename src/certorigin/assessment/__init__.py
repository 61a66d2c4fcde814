"""The second stop: whether the goods originate, decided rule by rule from the facts of production."""
