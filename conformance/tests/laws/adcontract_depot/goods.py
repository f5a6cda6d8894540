"""The goods of a depot: plain items, which the other parts are about."""

from adcontract_depot.server import Part, RefusedError, answers, breaks


class Goods(Part):
    about = ("listGoods", "createGood", "getGood", "deleteGood")

    def __init__(self):
        super().__init__()
        self.goods = {}
        for number in range(7):
            self.add_good({"name": f"crate {number}", "weight": 3 + number * 5 % 7})

    def add_good(self, body):
        number = max(self.goods, default=0) + 1
        self.goods[number] = {"id": number, "name": body["name"], "weight": body["weight"]}
        return self.goods[number]

    def good(self, number):
        """Return a good by its id, as text.

        Raises:
            RefusedError: if there is none.
        """
        if not number.isdecimal() or int(number) not in self.goods:
            raise RefusedError(404)
        return self.goods[int(number)]

    @answers("GET", "/goods")
    def list_goods(self, asked):  # noqa: ARG002
        return 200, list(self.goods.values())

    @answers("POST", "/goods")
    def create_good(self, asked):
        body = asked.body
        if not isinstance(body, dict) or not isinstance(body.get("name"), str) or not is_weight(body.get("weight")):
            raise RefusedError(422)
        return 201, self.add_good(body)

    @answers("GET", "/goods/{good_id}")
    def get_good(self, asked, good_id):  # noqa: ARG002
        return 200, self.good(good_id)

    @answers("DELETE", "/goods/{good_id}")
    def delete_good(self, asked, good_id):  # noqa: ARG002
        del self.goods[self.good(good_id)["id"]]
        return 204, None


def is_weight(value):
    """Return whether a value of a body is a weight."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


FAULTS = {
    "a name of which no example is shown is cut": breaks(
        Goods,
        "createGood",
        "create",
        add_good=lambda self, body: Goods.add_good(self, {**body, "name": body["name"][:8]}),
    ),
}
UNUSUAL = {}
