"""People, organisations with branches, roles and rights."""
