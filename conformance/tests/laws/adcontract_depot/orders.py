"""The orders of a depot, which are made once however often they are sent with one key."""

from adcontract_depot.server import Part, RefusedError, answers, breaks


class Orders(Part):
    about = ("createOrder",)

    def __init__(self):
        super().__init__()
        self.orders, self.last_order, self.order_keys = {1: {"id": 1, "title": "Everything"}}, 1, {}

    def add_order(self, title):
        self.last_order += 1
        self.orders[self.last_order] = {"id": self.last_order, "title": title}
        return self.orders[self.last_order]

    def before_order(self, key, body):
        """Return the answer that a key had; None for a new one.

        Raises:
            RefusedError: if it came with another body.
        """
        if key not in self.order_keys:
            return None
        known, answer = self.order_keys[key]
        if known != body:
            raise RefusedError(409)
        return answer

    @answers("GET", "/orders")
    def list_orders(self, asked):  # noqa: ARG002
        return 200, list(self.orders.values())

    @answers("POST", "/orders")
    def create_order(self, asked):
        key, body = asked.headers.get("idempotency-key", ""), asked.body
        if len(key) != 36 or not isinstance(body, dict) or not isinstance(body.get("title"), str):
            raise RefusedError(422)
        if len(body["title"]) > 200:
            raise RefusedError(422)
        if answer := self.before_order(key, body):
            return answer
        self.order_keys[key] = body, (201, self.add_order(body["title"]))
        return self.order_keys[key][1]

    @answers("GET", "/orders/{order_id}")
    def get_order(self, asked, order_id):  # noqa: ARG002
        return 200, self.order(order_id)

    @answers("DELETE", "/orders/{order_id}")
    def delete_order(self, asked, order_id):  # noqa: ARG002
        del self.orders[self.order(order_id)["id"]]
        return 204, None

    def order(self, number):
        if not number.isdecimal() or int(number) not in self.orders:
            raise RefusedError(404)
        return self.orders[int(number)]


def _refuses_again(self, key, body):  # noqa: ARG001
    if key in self.order_keys:
        raise RefusedError(400)


def _makes_another(self, key, body):
    if known := Orders.before_order(self, key, body):
        self.add_order(body["title"])
    return known


def _replays_any(self, key, body):  # noqa: ARG001
    return self.order_keys[key][1] if key in self.order_keys else None


def _makes_other(self, key, body):
    return self.order_keys[key][1] if key in self.order_keys and self.order_keys[key][0] == body else None


FAULTS = {
    "an order that is sent again is made again": breaks(Orders, "createOrder", "key", before_order=lambda *_: None),
    "an order that is sent again is made again, and not shown": breaks(
        Orders, "createOrder", "key", before_order=_makes_another
    ),
    "an order that is sent again is refused": breaks(Orders, "createOrder", "key", before_order=_refuses_again),
    "a key with another order is answered as it was": breaks(Orders, "createOrder", "key", before_order=_replays_any),
    "a key with another order makes that too": breaks(Orders, "createOrder", "key", before_order=_makes_other),
}


class ShowsItAsItIs(Orders):
    """Answers an order that is sent again with 200, a header, and the order as it is by now."""

    def before_order(self, key, body):
        answer = super().before_order(key, body)
        if answer is None:
            return None
        self.headers["Idempotent-Replayed"] = "true"
        return 200, self.orders.get(answer[1]["id"], answer[1])


class RefusesSecond(Orders):
    """Refuses an order that is sent again, as one that is there."""

    def before_order(self, key, body):  # noqa: ARG002
        if key in self.order_keys:
            raise RefusedError(409)


class Forgets(Orders):
    """Forgets a key when the next one comes."""

    def before_order(self, key, body):
        answer = super().before_order(key, body)
        if answer is None:
            self.order_keys.clear()
        return answer


class ShowsNothing(Orders):
    """Does not show an order again."""

    def before_order(self, key, body):
        return (204, None) if super().before_order(key, body) else None


UNUSUAL = {ShowsItAsItIs: ("key",), RefusesSecond: ("key",), Forgets: ("key",), ShowsNothing: ("key",)}
