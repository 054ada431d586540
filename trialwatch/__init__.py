"""Ways in and wiring: command line, daemon, pages. The only package that sees all the others."""
