"""`python -m tieout` is the command, for places without scripts on the path."""

from tieout.cli import main

main()
