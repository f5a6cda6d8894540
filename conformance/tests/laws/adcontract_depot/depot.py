"""The depot as a whole."""

from adcontract_depot.goods import Goods
from adcontract_depot.orders import Orders


class Depot(Goods, Orders):
    """All parts of a depot."""
