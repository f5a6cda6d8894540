"""The tags of the books of the library, the conditions of requests, and the places of new books."""

import json
from hashlib import sha256


class Tags:
    """`asked` are the headers of the request under way."""

    def __init__(self):
        super().__init__()
        self.asked = {}

    def tag(self, book):
        return f'"{sha256(json.dumps(book).encode()).hexdigest()[:9]}"'

    def is_named(self, tag, asked):
        return asked == "*" or tag in [each.strip() for each in asked.split(",")]

    def meets_conditions(self, method, verb, book):
        if verb is None and method == "GET" and "if-none-match" in self.asked:
            return not self.is_named(self.tag(book), self.asked["if-none-match"])
        if verb is None and method in ("PATCH", "DELETE") and "if-match" in self.asked:
            return self.is_named(self.tag(book), self.asked["if-match"])
        return True

    def location(self, book):
        return f"/shelves/{book['shelf_id']}/books/{book['id']}"
