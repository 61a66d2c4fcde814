"""The auditor's desk: the trail, its sealed exports, and random samples with findings."""
