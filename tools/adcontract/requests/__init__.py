"""Requests, both ways: read as an operation declares them, and written as it documents them."""
