"""A depot that keeps every law, the faults that can be planted in it, and the unusual ways in which it keeps them."""

from adcontract_depot import bins, boxes, goods, jobs, labels, orders, settings, shipments, stock
from adcontract_depot.depot import Depot
from adcontract_depot.server import Fault, RefusedError

PARTS = (bins, boxes, goods, jobs, labels, orders, settings, shipments, stock)
FAULTS = {name: fault for part in PARTS for name, fault in part.FAULTS.items()}
UNUSUAL = {server: laws for part in PARTS for server, laws in part.UNUSUAL.items()}

__all__ = ["FAULTS", "UNUSUAL", "Depot", "Fault", "RefusedError"]
