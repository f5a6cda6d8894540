"""The depot as a whole."""

from adcontract_depot.goods import Goods
from adcontract_depot.orders import Orders
from adcontract_depot.shipments import Shipments


class Depot(Goods, Orders, Shipments):
    """All parts of a depot."""
