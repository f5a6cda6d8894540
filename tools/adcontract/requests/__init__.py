"""A request, both ways: read as an operation declares it, and written as it documents it."""
