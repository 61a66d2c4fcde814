"""The register of acts in both logs, and what each certificate is worth as of a head."""
