"""What is created later: the Location of a 202 may lead to a job, and leads to no other item."""

from pathlib import Path
from shutil import copytree

import pytest
from adcontract_library import Library


class Accepts(Library):
    """Answers a create with a 202."""

    def created(self, book):
        return 202, super().created(book)[1]


class NamesAJob(Accepts):
    """Leads to a job, whose number may be that of a book."""

    def location(self, book):  # noqa: ARG002
        return "/shelves/1/jobs/1"


class NamesAnother(Accepts):
    """Leads to another book."""

    def location(self, book):  # noqa: ARG002
        return "/shelves/1/books/1"


@pytest.mark.parametrize(
    ("server", "outcome"),
    [(Accepts, "pass"), (NamesAJob, "skipped"), (NamesAnother, "fail")],
    ids=["the book", "a job", "another book"],
)
def test_the_location_of_a_202_leads_to_no_other_item(held, tmp_path, server, outcome):
    spec = copytree(Path(__file__).parent / "spec", tmp_path / "spec")
    file = spec / "library/paths/shelves_shelf_id_books.yaml"
    file.write_text(file.read_text().replace("'201'", "'202'"))
    found, report, result = held(server(), "--only", "createBook", "--for", "own", "--spec", str(spec))
    (law,) = (each for each in report["apis"][0]["results"] if each["check"] == "behavior.location")
    assert law["outcome"] == outcome, result.output
    assert found == ({("location", "createBook")} if outcome == "fail" else set()), result.output
