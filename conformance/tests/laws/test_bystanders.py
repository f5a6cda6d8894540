"""Items that were there before may change for other reasons than the requests of a run."""

from threading import Timer

import pytest
from adcontract_library import FAULTS, Library, RefusedError


class OthersWrite(Library):
    """Somebody renames a book whenever one is deleted, and a little later another one."""

    def remove(self, book):
        super().remove(book)
        self.rename(3, book)
        Timer(0.09, self.rename, (4, book)).start()

    def rename(self, number, book):
        self.books[number]["title"] = f"Renamed meanwhile, beside {book['id']}"


class OthersWriteOnce(Library):
    """Somebody renames a book once, just as another one is changed, and deletes one just as another one is."""

    done = ()

    def others(self, name, number):
        if name not in self.done and len(self.books) > 23:
            self.done = (*self.done, name)
            self.books[number]["title"] = "Renamed meanwhile"

    def change(self, book, body):
        super().change(book, body)
        self.others("change", 3)

    def remove(self, book):
        super().remove(book)
        self.others("remove", 4)


class OthersCreateSeldom(Library):
    """Somebody creates a book just as the title of a new one is refused, and a little later others."""

    def checked(self, body, required, types):
        try:
            return super().checked(body, required, types)
        except RefusedError:
            if "title" in required and not isinstance(body, dict):
                self.add_book(1, {"title": "Another one", "genre": "novel", "pages": 5})
                # several, because a busy machine is slow to look
                for seconds in (0.12, 0.3, 0.6):
                    Timer(seconds, self.add_book, (1, {"title": "And another", "genre": "novel", "pages": 5})).start()
            raise


class KeepsPlaces(Library):
    """Keeps the place of a book on its shelf, which anybody may change, as its rating: the books after it move up."""

    def __init__(self):
        super().__init__()
        for number, book in enumerate(self.on_shelf(1)):
            book["rating"] = number % 10

    def remove(self, book):
        super().remove(book)
        for other in self.on_shelf(book["shelf_id"]):
            if other.get("rating") and other["rating"] > (book.get("rating") or 0):
                other["rating"] -= 1


class PutsFirst(Library):
    """Keeps the place of a book as its rating, and puts a new one first."""

    def add_book(self, shelf, body):
        for other in self.on_shelf(shelf):
            other["rating"] = (other.get("rating") or 0) + 1
        return super().add_book(shelf, {"rating": 0, **body})


class LendsOne(Library):
    """Lends one book of a shelf at a time: another one comes back then."""

    def lend(self, book):
        for other in self.on_shelf(book["shelf_id"]):
            other["status"] = "in"
        super().lend(book)


@pytest.mark.parametrize(
    ("server", "operation"),
    [
        (OthersWriteOnce, "deleteBook"),
        pytest.param(OthersWriteOnce, "updateBook", marks=pytest.mark.slow),
        (KeepsPlaces, "deleteBook"),
        (PutsFirst, "createBook"),
        (OthersCreateSeldom, "createBook"),
        (LendsOne, "updateBook"),
        (OthersWrite, "deleteBook"),
    ],
)
def test_what_others_change_is_not_held_against_a_request(held, server, operation):
    found, _, result = held(server(), "--only", operation, "--for", "own")
    assert (found, result.exit_code) == (set(), 0), result.output
    assert "flaky" not in result.output


@pytest.mark.slow
def test_what_a_request_does_to_an_item_beside_is_found_also_where_others_have_written_once(held):
    _, laws, faulty = FAULTS["a delete changes an item that was there before"]
    server = type("Both", (faulty, OthersWriteOnce), {"remove": faulty.remove})
    found, _, result = held(server(), "--only", "deleteBook")
    assert {law for law, _ in found} == laws, result.output
