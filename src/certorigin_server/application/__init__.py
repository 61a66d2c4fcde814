"""Stop 1: the exporter asks."""
