"""A correct server of the product lists, written from the page by somebody who does not know the suite.

What the page does not say it does in its own way: each subclass differs in some of that.
"""

import json
import re
import threading
import uuid
from urllib.parse import parse_qsl, unquote, urlsplit

from serving import Handler, serving

TOKEN = "s3cret-of-the-shop"
LISTS = re.compile(r"/v1/products/lists")
ONE = re.compile(r"/v1/products/lists/([^/]+)")
ITEMS = re.compile(r"/v1/products/lists/([^/]+)/items")
PRODUCTS = re.compile(r"/v1/products/lists/([^/]+)/products")


class RefusedError(Exception):
    def __init__(self, status, message, headers=None):
        super().__init__(message)
        self.status, self.headers = status, headers or {}


def product(id_):
    """Return the product of an id; the price follows from it."""
    regular, cut = 20 + int(id_[:2]), int(id_[0]) % 3 * 10
    network = {"id": 5, "name": "Network", "logo_url": "https://img.example.com/5/logo.png"}
    return {
        "id": id_,
        "barcode": int(id_[:6]),
        "name": f"Product {id_[:4]}",
        "description": "Something to buy",
        "commission_url": f"https://net.example.com/click?to={id_}",
        "direct_url": f"https://shop.example.com/{id_}",
        "image_url": f"https://img.example.com/{id_}.jpg",
        "currency": "EUR",
        "regular_price": regular,
        "final_price": round(regular * (100 - cut) / 100, 2),
        "on_sale": cut > 0,
        "sale_discount": cut,
        "availability": "In Stock",
        "sku": int(id_[:5]),
        "brand": "Brand",
        "category": "Home > Garden",
        "network": network,
        "merchant": network | {"id": 9, "name": "Shop"},
    }


class ProductLists:
    """Keeps lists in memory, the newest first."""

    created = 200
    deleted_again = 404
    per_page = 100
    catalog = None
    """The ids of the products that there are; None for any digits."""

    def __init__(self, lists=60):
        self.lists = {}
        self.lock = threading.Lock()
        known = sorted(self.catalog) if self.catalog else [f"70{n:017}" for n in range(1, 9)]
        for number in range(lists):
            metadata = {"season": ("summer", "winter", "spring")[number % 3], "shelf": str(number % 7)}
            ids = [known[(number + step) % len(known)] for step in range(number % 4)]
            self.add({"name": f"List No. {number}", "pool_id": 1, "metadata": metadata, "product_ids": ids})

    # the lists

    def add(self, body):
        id_ = str(uuid.uuid4())
        new = {"id": id_, "name": body["name"], "metadata": body.get("metadata") or {}, "ids": []}
        if body.get("owner_identifier") is not None:
            new["owner_identifier"] = body["owner_identifier"]
        self.lists = {id_: new, **self.lists}
        self.put(new, body.get("product_ids") or [])
        return new

    def exists(self, id_):
        return id_.isdecimal() and id_.isascii() and 5 < len(id_) < 25 if self.catalog is None else id_ in self.catalog

    def put(self, one, ids):
        """Add products, and return those that were added and those that were ignored."""
        done = [id_ for id_ in dict.fromkeys(ids) if self.exists(id_) and id_ not in one["ids"]]
        one["ids"] += done
        return done, [id_ for id_ in dict.fromkeys(ids) if id_ not in done]

    def take(self, one, ids):
        done = [id_ for id_ in dict.fromkeys(ids) if id_ in one["ids"]]
        one["ids"] = [id_ for id_ in one["ids"] if id_ not in done]
        return done, [id_ for id_ in dict.fromkeys(ids) if id_ not in done]

    def find(self, id_):
        if id_ not in self.lists:
            raise RefusedError(404, "No such list.")
        return self.lists[id_]

    # what is shown

    def meta(self):
        return {"trace_id": str(uuid.uuid4())}

    def metadata(self, one):
        return one["metadata"]

    def row(self, one):
        shown = {name: one[name] for name in ("id", "name", "owner_identifier") if name in one}
        return {**shown, "metadata": self.metadata(one), "products_count": len(one["ids"])}

    def whole(self, one):
        return {"data": {**self.row(one), "products": [product(id_) for id_ in one["ids"]]}, "meta": self.meta()}

    # requests

    def matches(self, one, pairs):
        return pairs.items() & one["metadata"].items()

    def index(self, query):
        pairs, page = {}, 1
        for name, text in parse_qsl(query, keep_blank_values=True):
            if name == "page":
                if not re.fullmatch("[1-9][0-9]*", text, re.ASCII):
                    raise RefusedError(422, "The page must be a number from 1.")
                page = int(text)
            elif key := re.fullmatch(r"metadata\[((?:(?!\]\[).)*)\]", name, re.DOTALL):
                pairs[key[1]] = text
            elif name.startswith("metadata") and (name != "metadata" or text):
                raise RefusedError(422, "The metadata must be pairs.")
        rows = [one for one in self.lists.values() if not pairs or self.matches(one, pairs)]
        start = (page - 1) * self.per_page
        shown = rows[start : start + self.per_page]
        place = {
            "total": len(rows),
            "from": start + 1 if shown else None,
            "to": start + len(shown) if shown else None,
            "current_page": page,
            "last_page": max(1, -(-len(rows) // self.per_page)),
            "per_page": self.per_page,
            "fields": [],
        }
        return 200, {"meta": {**place, **self.meta()}, "data": [self.row(one) for one in shown]}

    def read(self, headers, content):
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            self.other_media_type()
        try:
            body = json.loads(content.decode(), parse_constant=lambda _: 1 / 0)
        except (ValueError, ZeroDivisionError):
            raise RefusedError(400, "The body is not JSON.") from None
        if not isinstance(body, dict):
            raise RefusedError(422, "The body must be an object.")
        return body

    def other_media_type(self):
        raise RefusedError(400, "The body must be JSON.")

    def ids(self, body, *, required=True):
        ids = body.get("product_ids", None if required else [])
        if not isinstance(ids, list) or not all(isinstance(id_, str) for id_ in ids):
            raise RefusedError(422, "The product ids must be a list of texts.")
        return ids

    def checked(self, body):
        metadata = body.get("metadata", {})
        if not isinstance(body.get("name"), str) or type(body.get("pool_id")) is not int:
            raise RefusedError(422, "A list has a name and a pool.")
        if not isinstance(body.get("owner_identifier", ""), str):
            raise RefusedError(422, "The owner must be a text.")
        if not isinstance(metadata, dict) or len(metadata) > 16:
            raise RefusedError(422, "The metadata must be at most 16 pairs.")
        if not all(isinstance(text, str) and len(text) <= 512 for text in metadata.values()):
            raise RefusedError(422, "A value of the metadata must be a text of at most 512 characters.")
        self.ids(body, required=False)
        return body

    def answer(self, method, path, query, headers, content):
        """Return the status and the body of an answer."""
        word, _, token = headers.get("authorization", "").partition(" ")
        if word.lower() != "bearer" or token.strip() != TOKEN:
            raise RefusedError(401, "The token is not valid.")
        if LISTS.fullmatch(path):
            if method == "GET":
                return self.index(query)
            self.only(method, "GET", "POST")
            return self.created, self.whole(self.add(self.checked(self.read(headers, content))))
        if match := ONE.fullmatch(path):
            self.only(method, "GET", "DELETE")
            if method == "GET":
                return 200, self.whole(self.find(unquote(match[1])))
            return self.delete(unquote(match[1]))
        if match := ITEMS.fullmatch(path):
            self.only(method, "POST")
            return self.moved(match, "added", self.put, headers, content)
        if match := PRODUCTS.fullmatch(path):
            self.only(method, "DELETE")
            return self.moved(match, "removed", self.take, headers, content)
        raise RefusedError(404, "There is no such path.")

    def only(self, method, *allowed):
        if method not in allowed:
            raise RefusedError(405, "The path does not take this method.", {"Allow": ", ".join(allowed)})

    def moved(self, match, word, move, headers, content):
        one = self.find(unquote(match[1]))
        done, ignored = move(one, self.ids(self.read(headers, content)))
        shown = {f"{word}_product_ids": done, "ignored_product_ids": ignored}
        return 200, {"list_id": one["id"], **shown, "meta": self.meta()}

    def delete(self, id_):
        if id_ not in self.lists and self.deleted_again == 204:
            return 204, None
        del self.lists[self.find(id_)["id"]]
        return 200, {"id": id_, "status": "deleted", "meta": self.meta()}

    # the wire

    def error(self, status, message):  # noqa: ARG002 - other servers show it
        """Return the media type and the body of an error."""
        return "application/json", {"error": message}

    def respond(self, method, target, headers, content):
        """Return the status, the headers and the body of an answer, as they are sent."""
        url = urlsplit(target)
        try:
            with self.lock:
                status, value = self.answer(method, url.path, url.query, headers, content)
            media, more = "application/json", {}
        except RefusedError as error:
            status, more = error.status, error.headers
            media, value = self.error(status, str(error))
        if value is None:
            return status, more, b""
        return status, {"Content-Type": media, **more}, json.dumps(value).encode()

    def up(self):
        """Serve on a free port; give the URL."""
        return serving(_handler(self))


def _handler(lists):
    class Answers(Handler):
        def respond(self):
            status, more, body = lists.respond(self.command, self.path, self.fields(), self.content())
            self.send_response(status)
            for name, text in more.items():
                self.send_header(name, text)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Answers


class PagesCatalog(ProductLists):
    """Has the products that the page shows as added, and ignores those that it shows as ignored."""

    catalog = frozenset(("1234567890123456789", "2345678901234567890", "3456789012345678901"))


class OwnCatalog(ProductLists):
    """Has products of its own, and none of those on the page."""

    catalog = frozenset(f"80{number:017}" for number in range(1, 9))


class OneProduct(ProductLists):
    """Has one product, which is none of those on the page."""

    catalog = frozenset(("8000000000000000001",))


class WritesAsPhp(ProductLists):
    """Writes an object without fields as an empty list, and every error as a problem of RFC 9457."""

    def metadata(self, one):
        return one["metadata"] or []

    def error(self, status, message):
        return "application/problem+json", {"type": "about:blank", "title": message, "status": status}


class ReadsAnyMediaType(ProductLists):
    """Reads a body of any media type, and has 25 lists a page, as it says."""

    per_page = 25

    def other_media_type(self):
        pass


class Strict(ProductLists):
    """Refuses a body of another media type with 415, answers a create with 201, and a second delete with 204."""

    created, deleted_again = 201, 204

    def other_media_type(self):
        raise RefusedError(415, "The body must be JSON.")


class MatchesAllPairs(ProductLists):
    """Finds the lists that have all of the pairs."""

    def matches(self, one, pairs):
        return pairs.items() <= one["metadata"].items()


class IgnoresMetadata(ProductLists):
    """Returns every list, whichever pairs are asked for."""

    def matches(self, one, pairs):  # noqa: ARG002 - that is the fault
        return True


class CutsInMoney(ProductLists):
    """Shows the discount as an amount, and calls everything that it has cut on sale, however little that is."""

    def whole(self, one):
        answer = super().whole(one)
        for each in answer["data"]["products"]:
            each["sale_discount"] = int(each["regular_price"] - each["final_price"])
            each["on_sale"] = each["sale_discount"] > 2
        return answer
