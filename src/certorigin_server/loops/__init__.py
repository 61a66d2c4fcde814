"""The loops that take from the stop before: leases with fencing tokens, and the runner."""
