"""Keys in use, and the one table of prepared and sealed acts."""
