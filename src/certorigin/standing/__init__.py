"""What a certificate is worth as of a head: a pure fold over the logs of both states (docs/spec/standing.md)."""
