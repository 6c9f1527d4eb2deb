"""Turns the source of one implementation into a shared library, with the compilers in the sandbox."""
