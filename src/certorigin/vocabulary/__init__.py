"""The words of the trade, as frozen values: made by parsing, and written back exactly."""
