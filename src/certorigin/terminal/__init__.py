"""The command line: one module per stop. The only room of the library that reads the clock."""
