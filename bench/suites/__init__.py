"""One module for each subcommand of bench/run: `HELP`, `add_arguments(parser)` and `run(options, workspace)`."""
