"""Holding the contracts themselves to rules: the standard's, and those of spec/README.md."""
