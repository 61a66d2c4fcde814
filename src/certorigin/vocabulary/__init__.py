"""The words of the trade, as frozen values. Each is made by parsing and writes itself back exactly."""
