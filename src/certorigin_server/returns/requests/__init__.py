"""Verification requests: asked by customs, answered by the issuing body, seen by the exporter."""
