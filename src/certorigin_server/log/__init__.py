"""Stop 4: sealed acts enter the corridor's log."""
