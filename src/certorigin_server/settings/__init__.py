"""The settings of one national system: `system.toml` in its folder, and Django's made from it."""
