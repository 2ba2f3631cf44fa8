"""``python -m site_builder``: the builder alone, for a machine that only publishes."""

from site_builder.cli import main

main()
