"""The loans and renewals of the library, in pages by cursor, and the headers of its lists."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlencode


class RefusedError(Exception):
    def __init__(self, status, allow=None):
        super().__init__(status)
        self.status, self.allow = status, allow


class Loans:
    """Lists by cursor. `headers` are those of the response under way."""

    def __init__(self):
        super().__init__()
        self.headers = {}
        self.loans = [
            {"id": 300 + index, "reader": f"r{index % 3}", "day": f"2026-{9 + index % 4:02}-{1 + index % 5:02}"}
            for index in range(13)
        ]

    def cursor(self, row):
        """The cursor of the page that begins with a row."""
        return urlsafe_b64encode(f"from {row}".encode()).decode()

    def row_at(self, cursor):
        """The row with which the page of a cursor begins."""
        try:
            word, _, row = urlsafe_b64decode(cursor).decode().partition(" ")
        except ValueError:
            return self.unknown_cursor()
        return int(row) if word == "from" and row.isdecimal() else self.unknown_cursor()

    def unknown_cursor(self):
        raise RefusedError(400)

    def is_since(self, day, first):
        return day >= first

    def is_until(self, day, last):
        return day <= last

    def lent(self, query):
        asked = {name: values[-1] for name, values in query.items() if values[-1]}
        rows = [each for each in self.loans if asked.get("reader", each["reader"]) == each["reader"]]
        rows = [each for each in rows if "since" not in asked or self.is_since(each["day"], asked["since"])]
        rows = [each for each in rows if "until" not in asked or self.is_until(each["day"], asked["until"])]
        return self.in_order(rows, asked.get("sort"))

    def in_order(self, rows, sort):
        if sort is None:
            return rows
        return sorted(rows, key=lambda each: each[sort.removeprefix("-")], reverse=sort.startswith("-"))

    def page_of_loans(self, rows, first, size):
        """The rows of a page, and where the next one begins, None after the last."""
        return rows[first : first + size], first + size if first + size < len(rows) else None

    def said_of_loans(self, rows, following):
        self.headers["X-Total-Count"] = str(len(rows))
        return {"next": None if following is None else self.cursor(following), "has_more": following is not None}

    def list_loans(self, query):
        rows, size = self.lent(query), min(int(query.get("limit", ["5"])[-1]), 8)
        first = self.row_at(query["after"][-1]) if query.get("after", [""]) != [""] else 0
        shown, following = self.page_of_loans(rows, first, size)
        return 200, {"loans": shown, **self.said_of_loans(rows, following)}

    def link(self, row, size):
        """The link to the page that begins with a row."""
        return f"/renewals?{urlencode({'limit': size, 'page_info': self.cursor(row)})}"

    def link_header(self, links):
        return ", ".join(f'<{link}>; rel="{name}"' for name, link in links.items())

    def list_renewals(self, query):
        size = min(int(query.get("limit", ["5"])[-1]), 8)
        first = self.row_at(query["page_info"][-1]) if "page_info" in query else 0
        shown, following = self.page_of_loans(self.loans, first, size)
        if following is not None:
            self.headers["Link"] = self.link_header({"next": self.link(following, size)})
        return 200, shown

    def links_of_visits(self, offset, limit, total, query):
        """The links of a page of visits, by their relations."""
        rest = [(name, values[-1]) for name, values in query.items() if name != "offset"]
        last = max(0, -(-total // limit) - 1) * limit
        starts = {"first": 0, "last": last} | ({"prev": max(0, offset - limit)} if offset else {})
        return {name: f"/visits?{urlencode([*rest, ('offset', start)])}" for name, start in starts.items()}

    def with_headers(self, offset, limit, query):
        self.headers["Link"] = self.link_header(self.links_of_visits(offset, limit, len(self.visits), query))
