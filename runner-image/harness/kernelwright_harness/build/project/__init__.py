"""Turns a kernel-builder project into its Python package: what its `build.toml` names is compiled and linked without Nix or CMake."""
