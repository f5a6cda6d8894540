"""Refusals, and a response to everything."""

# ruff: noqa: ARG001, ARG005 - what replaces a method takes its arguments
from adcontract_library.server import Library, RefusedError, breaks


def _accepts(*without):
    """Return a method by which bodies are taken without some of the checks."""

    def checked(self, body, required, types):
        body = body if isinstance(body, dict) else {} if "body" in without else body
        held = {} if "types" in without or "body" in without else types
        found = Library.checked(self, body, () if "required" in without or "body" in without else required, held)
        return {**found, "reader_ids": found.get("reader_ids", [])} if "reader_ids" in types else found

    return {"checked": checked}


def _bounds(*names):
    """Return a method by which some values have no limits."""
    return {"bounded": lambda self, name, value: name in names or Library.bounded(self, name, value)}


def _writes_first(self, fault):
    Library.add_book(self, 1, {"title": "x", "genre": "y", "pages": 1})
    Library.refuse(self, fault)


def _changes_first(self, fault):
    self.books[max(self.books)]["title"] = "half done"
    Library.refuse(self, fault)


def _reads_all(self, headers, content):
    return Library.read(self, {"content-type": "application/json"}, content)


def _reads_nonsense(self, headers, content):
    try:
        return Library.read(self, headers, content)
    except RefusedError:
        return {"title": "?", "genre": "?", "pages": 1}


FAULTS = {
    "any body is accepted": breaks("createBook", "refusal-body refusal-missing refusal-limit", **_accepts("body")),
    "any type is accepted": breaks("createBook", "refusal-body refusal-limit", **_accepts("types")),
    "a body that is not JSON is accepted": breaks("createBook", "refusal-body", read=_reads_nonsense),
    "a body of any media type is accepted": breaks("createBook", "refusal-body", read=_reads_all),
    "nothing is required": breaks("createBook", "refusal-missing", **_accepts("required")),
    "no ids are required": breaks("addReaders", "refusal-missing", **_accepts("required")),
    "a text may be of any length": breaks("createBook", "refusal-limit", **_bounds("title")),
    "a number may be below its limit": breaks("updateBook", "refusal-limit", **_bounds("pages")),
    "a list may be of any length": breaks("createBook", "refusal-limit", **_bounds("tags")),
    "a value that no enum has is accepted": breaks("createBook", "refusal-limit", **_bounds("cover")),
    "an unknown field is accepted": breaks("createBook", "refusal-body", unknown=lambda self, body: ()),
    "null is accepted": breaks(
        "createBook",
        "refusal-body",
        checked=lambda self, body, required, types: Library.checked(
            self,
            {name: value for name, value in body.items() if value is not None} if isinstance(body, dict) else body,
            () if isinstance(body, dict) and None in body.values() else required,
            types,
        ),
    ),
    "a search may be of any length": breaks("listBooks", "refusal-limit", **_bounds("query")),
    "an unknown order is accepted": breaks(
        "listBooks",
        "refusal-limit",
        ordered=lambda self, books, query: (
            books if query.get("sort_by", ["x"])[-1][:3] == "adc" else Library.ordered(self, books, query)
        ),
        **_bounds("sort_by"),
    ),
    "a text is accepted as a number": breaks(
        "listBooks",
        "refusal-limit",
        meets=lambda self, book, name, values: values[-1][:3] != "adc" and Library.meets(self, book, name, values),
        **_bounds("min_pages"),
    ),
    "a refused create creates": breaks(
        "createBook", "refusal-body refusal-missing refusal-limit", refuse=_writes_first
    ),
    "a refused change changes": breaks("updateBook", "refusal-body refusal-limit", refuse=_changes_first),
    "another method is accepted": breaks(
        "lendBook",
        "refusal-method",
        refuse_method=lambda self, method, allowed: None,
    ),
    "a refused method has no Allow": breaks(
        "listBooks",
        "refusal-method",
        refuse_method=lambda self, method, allowed: self.no_allow(),
        no_allow=lambda self: (_ for _ in ()).throw(RefusedError(405)),
    ),
    "Allow names a refused method": breaks(
        "listBooks",
        "refusal-method",
        refuse_method=lambda self, method, allowed: Library.refuse_method(self, method, [*allowed, method]),
    ),
    "Allow names only some methods": breaks(
        "listBooks",
        "refusal-method",
        refuse_method=lambda self, method, allowed: Library.refuse_method(self, method, ["GET"]),
    ),
    "a request breaks the server": breaks("getBook", "answered", shown=lambda self, book: 1 / 0),
}


class OneStatus(Library):
    """Refuses everything with 422, and another method with 404."""

    def refuse(self, fault):  # noqa: ARG002
        raise RefusedError(422)

    def refuse_method(self, method, allowed):  # noqa: ARG002
        raise RefusedError(404)


class AllowsMore(Library):
    """Names more methods than the contract has, in lower case, and refuses with 409."""

    def refuse_method(self, method, allowed):
        super().refuse_method(method, [*(each.lower() for each in allowed), "HEAD", "OPTIONS"])

    def refuse(self, fault):  # noqa: ARG002
        raise RefusedError(409)


class Busy(Library):
    """Others create books of which nobody here knows, now and then."""

    def respond(self, method, *rest):
        if len(self.log) % 9 == 0:
            self.add_book(1, {"title": "Another one", "genre": "novel", "pages": 5, "tags": []})
        return super().respond(method, *rest)


REFUSALS = ("refusal-body", "refusal-missing", "refusal-limit", "refusal-method")
UNUSUAL = {OneStatus: REFUSALS, AllowsMore: (*REFUSALS, "answered"), Busy: ("create", "delete", "change", "invariants")}
