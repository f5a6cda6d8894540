"""The shipments of the depot, which say how many parcels they have, and what these cost."""

from decimal import Decimal

from adcontract_depot.server import Part, RefusedError, answers, breaks


class Shipments(Part):
    about = ("listShipments", "createShipment", "getShipment", "deleteShipment")

    def __init__(self):
        super().__init__()
        self.shipments, self.parcels = {}, {}
        for number in range(1, 4):
            self.shipments[number] = {"id": number, "name": f"to port {number}"}
            for index in range(10 - number * 3):
                self.add_parcel(number, Decimal(f"{index * 7}.{index:02}"))

    def add_parcel(self, shipment, cost):
        number = max(self.parcels, default=100) + 1
        self.parcels[number] = {"id": number, "shipment_id": shipment, "cost": cost}
        return self.parcels[number]

    def parcels_of(self, shipment):
        return [each for each in self.parcels.values() if each["shipment_id"] == shipment]

    def counted_parcels(self, shipment):
        """Return the parcels that the sums of a shipment are about."""
        return self.parcels_of(shipment)

    def sum_of_costs(self, costs):
        """Return the sum of some costs as it is shown."""
        return float(sum(costs, Decimal(0)))

    def with_sums(self, shipment):
        parcels = self.counted_parcels(shipment["id"])
        return {**shipment, "parcels": len(parcels), "cost": self.sum_of_costs([each["cost"] for each in parcels])}

    def shipment(self, number):
        if not number.isdecimal() or int(number) not in self.shipments:
            raise RefusedError(404)
        return self.shipments[int(number)]

    @answers("GET", "/shipments")
    def list_shipments(self, asked):  # noqa: ARG002
        return 200, [self.with_sums(each) for each in self.shipments.values()]

    @answers("POST", "/shipments")
    def create_shipment(self, asked):
        body = asked.body
        if not isinstance(body, dict) or not isinstance(body.get("name"), str):
            raise RefusedError(422)
        number = max(self.shipments, default=0) + 1
        self.shipments[number] = {"id": number, "name": body["name"]}
        return 201, self.with_sums(self.shipments[number])

    @answers("GET", "/shipments/{shipment_id}")
    def get_shipment(self, asked, shipment_id):  # noqa: ARG002
        return 200, self.with_sums(self.shipment(shipment_id))

    @answers("DELETE", "/shipments/{shipment_id}")
    def delete_shipment(self, asked, shipment_id):  # noqa: ARG002
        number = self.shipment(shipment_id)["id"]
        del self.shipments[number]
        self.parcels = {each["id"]: each for each in self.parcels.values() if each["shipment_id"] != number}
        return 204, None

    @answers("GET", "/shipments/{shipment_id}/parcels")
    def list_parcels(self, asked, shipment_id):
        texts = [asked.query.get(name, default) for name, default in (("page", "1"), ("size", "3"))]
        if not all(each.isascii() and each.isdecimal() and int(each) for each in texts) or int(texts[1]) > 3:
            raise RefusedError(422)
        page, size = map(int, texts)
        rows = [{**each, "cost": float(each["cost"])} for each in self.parcels_of(self.shipment(shipment_id)["id"])]
        return 200, {"data": rows[(page - 1) * size : page * size], "total": len(rows), "page": page}

    @answers("POST", "/shipments/{shipment_id}/parcels")
    def create_parcel(self, asked, shipment_id):
        shipment, body = self.shipment(shipment_id), asked.body
        if not isinstance(body, dict) or type(body.get("cost")) not in (int, float) or body["cost"] < 0:
            raise RefusedError(422)
        parcel = self.add_parcel(shipment["id"], Decimal(str(body["cost"])))
        return 201, {**parcel, "cost": float(parcel["cost"])}

    @answers("DELETE", "/shipments/{shipment_id}/parcels/{parcel_id}")
    def delete_parcel(self, asked, shipment_id, parcel_id):  # noqa: ARG002
        number = self.shipment(shipment_id)["id"]
        if not parcel_id.isdecimal() or self.parcels.get(int(parcel_id), {}).get("shipment_id") != number:
            raise RefusedError(404)
        self.remove_parcel(int(parcel_id))
        return 204, None

    def remove_parcel(self, number):
        del self.parcels[number]


class Remembers(Shipments):
    """Adds up once, and not again: `again` says of a shipment with so many parcels whether its sums are renewed."""

    def __init__(self):
        self.sums = {}
        super().__init__()

    def counted_parcels(self, shipment):
        parcels, known = self.parcels_of(shipment), self.sums.get(shipment)
        if known is None or self.again(len(known), len(parcels)):
            self.sums[shipment] = parcels
        return self.sums[shipment]


class InText(Shipments):
    """Writes costs with two digits, as text, and null where there are none."""

    def sum_of_costs(self, costs):
        return format(sum(costs), ".2f") if costs else None


class Counts(Shipments):
    """Writes the number as text, and 0.00 for nothing."""

    def with_sums(self, shipment):
        shown = super().with_sums(shipment)
        return {**shown, "parcels": str(shown["parcels"]), "cost": f"{shown['cost']:.2f}"}


class LeavesOut(Shipments):
    """Leaves the sums out of a shipment without parcels."""

    def with_sums(self, shipment):
        shown = super().with_sums(shipment)
        return shown if shown["parcels"] else shipment


FAULTS = {
    "a sum misses the last item": breaks(
        Shipments, "getShipment", "sum", counted_parcels=lambda self, shipment: self.parcels_of(shipment)[:-1]
    ),
    "a sum is that of the first page": breaks(
        Shipments, "listShipments", "sum", counted_parcels=lambda self, shipment: self.parcels_of(shipment)[:3]
    ),
    "a sum does not follow what is created": breaks(
        Remembers, "getShipment", "sum", again=lambda _, known, now: now < known
    ),
    "a sum does not follow what is deleted": breaks(
        Remembers, "listShipments", "sum", again=lambda _, known, now: now > known
    ),
    "a sum is added in binary": breaks(
        Shipments, "getShipment", "sum", sum_of_costs=lambda _, costs: sum(float(each) for each in costs)
    ),
    "a sum has no fraction": breaks(Shipments, "getShipment", "sum", sum_of_costs=lambda _, costs: int(sum(costs))),
}

UNUSUAL = dict.fromkeys((InText, Counts, LeavesOut), ("sum",))
