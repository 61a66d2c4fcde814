"""Code lists of the United Nations and ISO, as data files that `scripts/code-lists` writes."""
