"""What an outsider can check afterwards: the chain of the trail, its exports, samples."""
