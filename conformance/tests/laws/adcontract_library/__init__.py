"""A library that keeps every law, the faults that can be planted in it, and the unusual ways in which it keeps them."""

from adcontract_library import conditions, cursors, filters, lives, members, order, pages, refusals, unusual_lives
from adcontract_library.server import Fault, Library, RefusedError, breaks

CLAUSES = (pages, conditions, cursors, filters, order, members, refusals)
FAULTS = {name: fault for clause in (*CLAUSES, lives) for name, fault in clause.FAULTS.items()}
UNUSUAL = {server: laws for clause in (*CLAUSES, unusual_lives) for server, laws in clause.UNUSUAL.items()}

LARGE = filters.LARGE

__all__ = ["FAULTS", "LARGE", "UNUSUAL", "Fault", "Library", "RefusedError", "breaks"]
