"""What the depot has in stock: a list that is searched and filtered, and nothing else."""

# ruff: noqa: ARG005 - what replaces a method takes its arguments
import re

from adcontract_depot.server import Part, RefusedError, answers, breaks

NAMES = ("Walnut table", "Folding chair", "Garden bench", "Walnut shelf", "Folding ladder", "Copper kettle")
NOTES = ("Scratched on delivery, repair pending", "Delivery by customer", None, "Repair finished", "Fragile: glass")
KEY = "-?(state|price|name)"
STATES = ("ready", "broken", "lent", None)


class Stock(Part):
    about = ("listStock",)

    def __init__(self):
        super().__init__()
        self.stock = [self.piece(number) for number in range(17)]

    def piece(self, number):
        note = NOTES[number % 5]
        return {
            "id": 400 + number,
            "name": f"{NAMES[number % 6]} {number}",
            "state": STATES[number % 4],
            "price": None if number % 7 == 3 else 5 + number * 5 % 9,
            "moved_at": f"2026-03-{1 + number % 4:02}T10:00:{number % 3:02}Z",
        } | ({"note": note} if note else {})

    def above(self, price, value):
        return price is not None and price > value

    def below(self, price, value):
        return price is not None and price < value

    def after(self, moved, value):
        return moved > value

    def without(self, state, value):
        return state != value

    def words(self, text):
        return [each.strip(",.:") for each in text.lower().split()]

    def found(self, piece, search):
        return any(set(self.words(search)) <= {*self.words(piece.get(field) or "")} for field in ("name", "note"))

    def stock_for(self, query):
        asked = {name: value for name, value in query.items() if value and name in TESTS}
        for name in {"above", "below"} & asked.keys():
            if not asked[name].isdecimal():
                raise RefusedError(422)
            asked[name] = int(asked[name])
        if not re.match(r"\d{4}-\d\d-\d\dT|$", asked.get("moved_after", "")):
            raise RefusedError(422)
        return [each for each in self.stock if all(TESTS[name](self, each, value) for name, value in asked.items())]

    def in_order(self, pieces, keys):
        """The pieces in the order of keys, of which the first decides."""
        for key in reversed(keys):
            pieces = self.by(pieces, key.removeprefix("-"), key.startswith("-"))
        return pieces

    def by(self, pieces, field, down):
        known = [each for each in pieces if each[field] is not None]
        rest = [each for each in pieces if each[field] is None]
        return sorted(known, key=lambda piece: self.rank(piece[field]), reverse=down) + rest

    def rank(self, value):
        return value

    @answers("GET", "/stock")
    def list_stock(self, asked):
        pieces, sort = self.stock_for(asked.query), asked.query.get("sort")
        if sort is None:
            return 200, pieces
        if not re.fullmatch(f"{KEY}(,{KEY})*", sort):
            raise RefusedError(422)
        return 200, self.in_order(pieces, sort.split(","))


TESTS = {
    "above": lambda self, piece, value: self.above(piece["price"], value),
    "below": lambda self, piece, value: self.below(piece["price"], value),
    "moved_after": lambda self, piece, value: self.after(piece["moved_at"], value),
    "not_state": lambda self, piece, value: self.without(piece["state"], value),
    "search": lambda self, piece, value: self.found(piece, value),
}


def _by(change):
    """Return a method that sorts by other keys: `change(keys)`."""
    return lambda self, pieces, keys: Stock.in_order(self, pieces, change(keys))


def _breaks(laws="filter", **methods):
    return breaks(Stock, "listStock", laws, **methods)


FAULTS = {
    "a lower bound keeps what is equal to it": _breaks(
        above=lambda self, price, value: price is not None and price >= value
    ),
    "an upper bound keeps what is equal to it": _breaks(
        below=lambda self, price, value: price is not None and price <= value
    ),
    "an upper bound is a lower one": _breaks(below=lambda self, price, value: price is not None and price > value),
    "numbers above are compared as texts": _breaks(above=lambda self, price, value: str(price) > str(value)),
    "a time keeps what was before it": _breaks(after=lambda self, moved, value: moved < value),
    "only what should be left out is kept": _breaks(without=lambda self, state, value: state == value),
    "what should be left out is kept": _breaks(without=lambda self, state, value: True),
    "a search by words is sensitive to case": _breaks(words=lambda self, text: text.split()),
    "a search by words looks at names alone": _breaks(
        found=lambda self, piece, search: set(self.words(search)) <= {*self.words(piece["name"])}
    ),
    "a search by words finds them in a row alone": _breaks(
        found=lambda self, piece, search: search.lower() in f"{piece['name']} / {piece.get('note')}".lower()
    ),
    "a search for a word that nothing has gives everything": _breaks(
        "filter-nothing",
        stock_for=lambda self, query: Stock.stock_for(self, query) or (self.stock if query.get("search") else []),
    ),
    "a search by words is ignored": _breaks("filter-nothing", found=lambda self, piece, search: True),
    "the second key is ignored": _breaks("sort-several", in_order=_by(lambda keys: keys[:1])),
    "the last key decides": _breaks("sort-several", in_order=_by(lambda keys: keys[::-1])),
    "all keys have the direction of the first": _breaks(
        "sort-several", in_order=_by(lambda keys: ["-" * keys[0].startswith("-") + each.strip("-") for each in keys])
    ),
    "a direction before the second key is ignored": _breaks(
        "sort-several", in_order=_by(lambda keys: [keys[0], *(each.removeprefix("-") for each in keys[1:])])
    ),
    "two keys lose a piece": _breaks(
        "sort-several",
        in_order=lambda self, pieces, keys: Stock.in_order(self, pieces[len(keys) - 1 :], keys),
    ),
}


class WithoutValues(Stock):
    """Takes a missing price for 0, and leaves out what has no state, or one that differs in case alone."""

    def below(self, price, value):
        return (price or 0) < value

    def without(self, state, value):
        return state is not None and state.lower() != value.lower()


class SearchesByMeaning(Stock):
    """Finds words by their beginning, and each of several alone, but none that half of the pieces have."""

    def all_words(self, piece):
        return [word for each in (piece["name"], piece.get("note") or "") for word in self.words(each)]

    def found(self, piece, search):
        asked = [word[:4] for word in self.words(search) if 2 * self.count(word) < len(self.stock)]
        return any(word[:4] in asked for word in self.all_words(piece))

    def count(self, word):
        return sum(word in self.all_words(piece) for piece in self.stock)


class MovedWithinSeconds(Stock):
    """Keeps times with more digits than it shows, and bounds that include them."""

    def after(self, moved, value):
        return moved >= value


class Collates(Stock):
    """Compares texts without their case and accents, has no price first, and shows some states in another case."""

    def __init__(self):
        super().__init__()
        for number, piece in enumerate(self.stock):
            if piece["state"] and number % 3 == 0:
                piece["state"] = piece["state"].upper()
            if number % 5 == 0:
                piece["name"] = piece["name"].replace("a", "á")

    def rank(self, value):
        return value.casefold().replace("á", "a") if isinstance(value, str) else value

    def by(self, pieces, field, down):
        rows = super().by(pieces, field, down)
        return sorted(rows, key=lambda piece: piece[field] is not None)


KEPT = ("filter", "filter-nothing", "filter-all", "filter-and")
UNUSUAL = {
    **dict.fromkeys((WithoutValues, SearchesByMeaning, MovedWithinSeconds), KEPT),
    Collates: ("sort-all", "sort-order", "sort-several"),
}
