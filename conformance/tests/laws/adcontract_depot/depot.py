"""The depot as a whole."""

from adcontract_depot.bins import Bins
from adcontract_depot.boxes import Boxes
from adcontract_depot.goods import Goods
from adcontract_depot.jobs import Jobs
from adcontract_depot.labels import Labels
from adcontract_depot.orders import Orders
from adcontract_depot.settings import Settings
from adcontract_depot.shipments import Shipments
from adcontract_depot.stock import Stock


class Depot(Bins, Boxes, Goods, Jobs, Labels, Orders, Settings, Shipments, Stock):
    """All parts of a depot."""
