"""What the depot has in stock: a list that is searched and filtered, and nothing else."""

# ruff: noqa: ARG005 - what replaces a method takes its arguments
import re

from adcontract_depot.server import Part, RefusedError, answers, breaks

NAMES = ("Walnut table", "Folding chair", "Garden bench", "Walnut shelf", "Folding ladder", "Copper kettle")
NOTES = ("Scratched on delivery, repair pending", "Delivery by customer", None, "Repair finished", "Fragile: glass")
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

    @answers("GET", "/stock")
    def list_stock(self, asked):
        return 200, self.stock_for(asked.query)


TESTS = {
    "above": lambda self, piece, value: self.above(piece["price"], value),
    "below": lambda self, piece, value: self.below(piece["price"], value),
    "moved_after": lambda self, piece, value: self.after(piece["moved_at"], value),
    "not_state": lambda self, piece, value: self.without(piece["state"], value),
    "search": lambda self, piece, value: self.found(piece, value),
}


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
}


class WithoutValues(Stock):
    """Takes a missing price for 0, and leaves out what has no state, or one that differs in case alone."""

    def below(self, price, value):
        return (price or 0) < value

    def without(self, state, value):
        return state is not None and state.lower() != value.lower()


class SearchesByMeaning(Stock):
    """Finds words by their beginning and each of several alone, leaves out those that half of the pieces have."""

    def found(self, piece, search):
        words = [word for each in (piece["name"], piece.get("note") or "") for word in self.words(each)]
        return any(word[:4] == each[:4] for word in words for each in self.words(search))


class MovedWithinSeconds(Stock):
    """Keeps times with more digits than it shows, and bounds that include them."""

    def after(self, moved, value):
        return moved >= value


KEPT = ("filter", "filter-nothing", "filter-all", "filter-and")
UNUSUAL = dict.fromkeys((WithoutValues, SearchesByMeaning, MovedWithinSeconds), KEPT)
