"""``python -m certmark`` is the command line."""

import sys

from certmark.cli import main

if __name__ == "__main__":
    sys.exit(main())
