"""Rule sets of any agreement, read from a file: found by code, executed where that is certain."""
