"""Stop 1: the exporter asks, with goods, invoice and evidence; a complete application remains."""
