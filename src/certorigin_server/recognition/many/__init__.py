"""Many certificates at once: a declaration in one call, a file of thousands."""
