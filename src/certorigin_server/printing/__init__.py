"""The print queue: certificates that wait for paper, printed many at once, each on its blank."""
