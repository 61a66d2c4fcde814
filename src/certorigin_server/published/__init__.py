"""What leaves for posts and third parties: snapshots, deltas and status lists, in batches."""
