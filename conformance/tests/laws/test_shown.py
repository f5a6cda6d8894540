"""What laws read fits its schema, too: some items are shown only where one was created before."""

import pytest
from adcontract_library import Library


class PagesAsText(Library):
    """Shows the pages of a book as a text if it was not there from the start."""

    def shown(self, book):
        shown = super().shown(book)
        return {**shown, "pages": str(shown["pages"])} if book["id"] > 23 else shown


@pytest.mark.parametrize(("server", "expected"), [(PagesAsText, {"getBook"}), (Library, set())])
def test_a_created_item_of_a_wrong_type_is_reported_wherever_it_is_read(held, server, expected):
    only = ("--only", "getBook", "--only", "createBook")
    _, report, result = held(server(), "--groups", "behavior,schema", "--for", "own", *only)
    found = {each["operation"] for each in report["apis"][0]["findings"] if each["check"] == "schema.shown"}
    assert found == expected, result.output


def test_without_the_group_of_schemas_laws_judge_what_they_are_about(held):
    _, report, _ = held(PagesAsText(), "--only", "getBook")
    assert not any(each["check"] == "schema.shown" for each in report["apis"][0]["results"])


class RefusesInAnotherForm(Library):
    """Refuses what is beyond its limits without the message of the contract."""

    def respond(self, *request):
        status, body, allow = super().respond(*request)
        return status, {"error": "no"} if status == 422 else body, allow


@pytest.mark.parametrize(("server", "expected"), [(RefusesInAnotherForm, {"listBooks"}), (Library, set())])
def test_a_refusal_that_only_a_law_gets_has_the_form_of_the_contract(held, server, expected):
    _, report, result = held(server(), "--groups", "behavior,rejection", "--for", "own", "--only", "listBooks")
    found = {each["operation"] for each in report["apis"][0]["findings"] if each["check"] == "rejection.shown"}
    assert found == expected, result.output
