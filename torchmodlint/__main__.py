"""`python -m torchmodlint` is the `torchmodlint` command."""

from __future__ import annotations

from torchmodlint.cli import main

if __name__ == "__main__":  # worker processes import this module too
    main()
