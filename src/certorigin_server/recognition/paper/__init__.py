"""Paper, where the data do not do: originals that customs demands (R20)."""
