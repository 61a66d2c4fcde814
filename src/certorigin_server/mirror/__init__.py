"""Stop 5: the partner's log is followed, verified, countersigned and kept."""
