"""The depot as a whole."""

from adcontract_depot.goods import Goods


class Depot(Goods):
    """All parts of a depot."""
