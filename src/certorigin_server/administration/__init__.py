"""The administrator's desk: people and rights with four eyes, partners, the state of the loops."""
