"""Each request that the suite sends has an `Idempotency-Key` of its own: else it would be answered as another was."""

from collections import Counter

from adcontract_depot.orders import Orders


class Notes(Orders):
    """Notes the keys of the requests that it gets."""

    def __init__(self):
        super().__init__()
        self.noted = []

    def respond(self, method, target, headers, content):
        if (method, target) == ("POST", "/orders") and "idempotency-key" in headers:
            self.noted.append(headers["idempotency-key"])
        return super().respond(method, target, headers, content)


def test_no_two_requests_have_the_same_key_but_those_of_the_law(command):
    server = Notes()
    with server.up() as url:
        result = command(url, "--spec", str(server.spec), "--only", "createOrder", "--for", "own", "--generated", "3")
    assert result.exit_code == 0, result.output
    valid = Counter(each for each in server.noted if len(each) == 36)
    assert len(valid) > 30
    assert [times for times in valid.values() if times > 1] == [3]
