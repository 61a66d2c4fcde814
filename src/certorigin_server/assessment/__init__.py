"""Stop 2: the authorised body decides whether the goods originate."""
