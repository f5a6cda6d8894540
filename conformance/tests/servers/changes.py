"""Changes of the answers of a server, which make it a faulty one."""

from dataclasses import replace


def on(*operations, status=None, method=None):
    """Make a fault of a change to the answers of some operations, or of those with a status."""

    def limit(change):
        def fault(sent, reply):
            own = sent.operation.id if sent.operation else None
            hit = (not operations or own in operations) and status in (None, reply.status)
            return change(sent, reply) if hit and method in (None, sent.method) else reply

        return fault

    return limit


def member(name, value=None):
    """Return a change of one member of a JSON object; None removes it."""

    def change(_, reply):
        body = reply.json()
        body = {key: member for key, member in body.items() if key != name}
        return reply.with_json(body if value is None else {**body, name: value})

    return change


def becomes(status, body=None):
    def change(_, reply):
        if body is None:
            return replace(reply, status=status)
        return replace(reply, status=status, headers={"Content-Type": "application/json"}).with_json(body)

    return change


def headers(**changes):
    def change(_, reply):
        changed = {name.replace("_", "-"): value for name, value in changes.items()}
        return replace(reply, headers={k: v for k, v in {**reply.headers, **changed}.items() if v is not None})

    return change


ITEM = {"id": 7, "name": "Lamp", "price": 12.5, "tags": [], "maker": None}


def heads(status, media="application/json", **more):
    """Make a fault of the response to HEAD, where that has the body of GET, too, and the server of the shop a 405."""

    got = []

    def change(sent, reply):
        if sent.path == "/items/7" and sent.method == "GET":
            got.append(reply.body)
        if sent.method != "HEAD" or sent.path != "/items/7":
            return reply
        media_type = {"Content-Type": media} if media else {}
        return replace(reply, status=status, headers={**media_type, **more}, body=got[-1])

    return change
