"""`python -m certorigin` is the command line."""

from __future__ import annotations

from certorigin.terminal.main import main

if __name__ == "__main__":
    main()
