"""A correct server of somebody else: no failure, and at most one warning for each cause."""

import json
import random

import product_lists
import pytest

pytestmark = pytest.mark.slow

GROUPS = "examples,security,behavior,state,schema"


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Give late reads less time than a real target needs."""
    monkeypatch.setattr("adcontract_conformance.client.client.LATE", 0.1)


@pytest.fixture
def held(command, tmp_path):
    """Hold a server to the contract of the product lists; give what is found, the outcomes, and the result."""

    def run(server, *options):
        file = tmp_path / "report.json"
        with server.up() as url:
            given = ("--api", "affiliate-com", "--token", product_lists.TOKEN, "--json", str(file))
            result = command(url, *given, *options)
        (api,) = json.loads(file.read_text())["apis"]
        outcomes = {(each["check"], each["operation"]): each["outcome"] for each in api["results"]}
        return {each["sentence"] for each in api["findings"]}, outcomes, result

    return run


@pytest.mark.parametrize("catalog", [product_lists.PagesCatalog, product_lists.OwnCatalog, product_lists.OneProduct])
def test_products_that_the_catalog_lacks_are_not_demanded_of_a_list(held, catalog):
    found, outcomes, result = held(catalog(), "--groups", GROUPS)
    assert (found, result.exit_code) == (set(), 0), result.output
    assert outcomes["behavior.add", "addProducts"] == outcomes["behavior.remove", "removeProducts"] == "pass"


def test_a_server_that_takes_none_of_the_known_products_is_not_tried_with_any(held):
    found, outcomes, result = held(product_lists.OwnCatalog(lists=0), "--groups", "behavior")
    assert (found, result.exit_code) == (set(), 0), result.output
    assert outcomes["behavior.add", "addProducts"] == "skipped"


CAUSES = {
    product_lists.WritesAsPhp: 2,
    product_lists.ReadsAnyMediaType: 2,
    product_lists.Strict: 2,
    product_lists.MatchesAllPairs: 1,
    product_lists.CutsInMoney: 2,
}


@pytest.mark.parametrize("server", CAUSES)
def test_what_the_page_does_not_say_is_at_most_one_warning_for_each_cause(held, server):
    _, _, result = held(server())
    assert result.exit_code == 0, result.output
    assert sum(line.startswith("warn ") for line in result.output.splitlines()) <= CAUSES[server], result.output


@pytest.mark.parametrize(("whose", "outcome"), [("own", "fail"), ("vendor", "warn")])
def test_an_empty_list_in_place_of_an_object_is_a_failure_of_ones_own_server_alone(held, whose, outcome):
    class HasNone(product_lists.WritesAsPhp):
        """Keeps no metadata, which it may, and shows the empty object as PHP writes it."""

        def metadata(self, one):  # noqa: ARG002
            return []

    _, outcomes, _ = held(HasNone(), "--groups", "examples", "--for", whose)
    assert outcomes["examples.body", "listProductLists"] == outcome


def test_a_filter_that_the_page_states_fails_where_it_is_ignored(held):
    _, outcomes, result = held(product_lists.IgnoresMetadata(), "--groups", "behavior")
    assert result.exit_code == 1
    assert outcomes["behavior.filter", "listProductLists"] == "fail"


class OnePage(product_lists.ProductLists):
    """Changes what a page says of its place: `said(place)`."""

    def __init__(self, said):
        super().__init__()
        self.said = said

    def index(self, query):
        status, body = super().index(query)
        return status, {**body, "meta": {**body["meta"], **self.said(body["meta"])}}


@pytest.mark.parametrize(
    ("said", "sentences"),
    [
        (lambda _: {"current_page": 1}, {"Page 7 is empty, and says that it is the first, which has items."}),
        (lambda _: {"per_page": 101}, {"Page 1 of 1 says per_page 101, not 100."}),
        (
            lambda place: {"total": place["total"] if place["from"] else 0},
            {"Page 7 is empty, and says total 0; the list has 60 items."},
        ),
        # a page beyond the last may have a number of its own kind, or none
        (lambda place: {"current_page": place["current_page"] if place["from"] else 0}, set()),
        (lambda place: {"current_page": place["current_page"] if place["from"] else None}, set()),
    ],
)
def test_a_list_with_a_single_page_says_which_page_it_is_and_its_size(held, said, sentences):
    found, _, result = held(OnePage(said), "--groups", "behavior", "--only", "listProductLists", "--for", "own")
    assert (found, result.exit_code) == (sentences, int(bool(sentences))), result.output


def test_a_page_beyond_the_last_that_is_refused_says_no_number(held):
    class Refusing(product_lists.ProductLists):
        def index(self, query):
            status, body = super().index(query)
            if not body["data"] and body["meta"]["total"]:
                raise product_lists.RefusedError(404, "There is no such page.")
            return status, body

    _, outcomes, result = held(Refusing(), "--groups", "behavior", "--only", "listProductLists", "--for", "own")
    assert (outcomes["behavior.page-envelope", "listProductLists"], result.exit_code) == ("pass", 0), result.output


class TakesTurns(product_lists.ProductLists):
    """Is two servers with opposite orders, which take turns."""

    def index(self, query):
        self.lists = dict(reversed(self.lists.items()))
        return super().index(query)


class ShufflesPages(product_lists.ProductLists):
    """Has the same lists on a page, in any order."""

    def index(self, query):
        status, body = super().index(query)
        return status, {**body, "data": random.sample(body["data"], len(body["data"]))}


@pytest.mark.parametrize(
    ("server", "sentences"),
    [
        (TakesTurns, {"The first page has 100 other items when it is asked for again."}),
        (ShufflesPages, set()),
    ],
)
def test_a_page_has_the_same_items_each_time(held, server, sentences):
    options = ("--groups", "behavior", "--only", "listProductLists", "--for", "own")
    found, _, result = held(server(lists=300), *options)
    assert (found, result.exit_code) == (sentences, int(bool(sentences))), result.output


def test_a_token_that_may_only_read_is_no_fault_of_the_server(held):
    class ReadOnly(product_lists.ProductLists):
        """Permits nothing but reading, to whom it knows."""

        def respond(self, method, target, headers, content):  # noqa: ARG002 - it is not read
            answer = super().respond("GET", target, headers, b"")
            if method == "GET" or answer[0] == 401:
                return answer
            return 403, {"Content-Type": "application/json"}, b'{"error": "This token may only read."}'

    _, outcomes, result = held(ReadOnly())
    assert result.exit_code == 2, result.output
    assert "fail" not in outcomes.values(), result.output
    assert "4 of 6 operations never succeeded, so nothing is known of them" in result.output


class Refuses(product_lists.ProductLists):
    """Refuses everything with one status, once it was recognized."""

    status = 401

    def respond(self, *_):
        return self.status, {"Content-Type": "application/json"}, b'{"error": "No."}'


# the page documents 401 for a request without credentials
@pytest.mark.parametrize(("status", "code"), [(401, 2), (403, 1), (429, 2)])
def test_no_check_passes_on_a_server_that_refuses_everything_for_another_reason(held, monkeypatch, status, code):
    monkeypatch.setattr("adcontract_conformance.run.suite.recognize", lambda _: {})
    server = type("Server", (Refuses,), {"status": status})()
    _, outcomes, result = held(server, "--groups", "examples,security,behavior,rejection")
    assert {check for check, outcome in outcomes.items() if outcome == "pass"} == set(), result.output
    assert result.exit_code == code, result.output


class Shared(product_lists.PagesCatalog):
    """Others with the same account create and delete lists meanwhile."""

    def answer(self, *request):
        self.turn = getattr(self, "turn", 0) + 1
        others = [id_ for id_, one in self.lists.items() if one["name"].startswith("List No.")]
        if self.turn % 10 == 3:
            self.add({"name": "List No. 99", "pool_id": 1, "metadata": {"season": "summer", "shelf": "1"}})
        elif self.turn % 10 == 8 and len(others) > 30:
            del self.lists[others[self.turn % len(others)]]
        return super().answer(*request)


def test_others_may_create_and_delete_lists_meanwhile(held):
    found, _, result = held(Shared(), "--groups", "examples,behavior")
    assert (found, result.exit_code) == (set(), 0), result.output


class CutsMetadata(product_lists.ProductLists):
    """Cuts the values of metadata off after 191 characters."""

    def add(self, body):
        metadata = {key: text[:191] for key, text in (body.get("metadata") or {}).items()}
        return super().add({**body, "metadata": metadata})


class RoundsIds(product_lists.ProductLists):
    """Keeps the ids of products as numbers of JavaScript."""

    def put(self, one, ids):
        _, ignored = super().put(one, [str(int(float(id_))) if id_.isdecimal() else id_ for id_ in ids])
        return [id_ for id_ in ids if id_ not in ignored], ignored


@pytest.mark.parametrize(
    ("server", "check", "operation"),
    [(CutsMetadata, "create", "createProductList"), (RoundsIds, "add", "addProducts")],
)
def test_what_is_stored_otherwise_than_it_was_sent_is_found(held, server, check, operation):
    only = [part for each in {operation, "createProductList"} for part in ("--only", each)]
    _, outcomes, result = held(server(), "--groups", "behavior", *only)
    assert outcomes[f"behavior.{check}", operation] == "fail", result.output


class AddsOne(product_lists.ProductLists):
    """Adds the first of several products, and says that it has added all; a new list has two of the three."""

    catalog = frozenset({"1234567890123456789", "2345678901234567890", "3456789012345678901"})

    def moved(self, match, word, move, headers, content):
        before = [*self.lists.get(match[1], {"ids": []})["ids"]]
        answer = super().moved(match, word, move, headers, content)
        if word == "added":
            one = self.lists[match[1]]
            one["ids"] = one["ids"][: len(before) + 1]
        return answer


class LosesTheFirst(product_lists.PagesCatalog):
    """Loses the first of several products of a new list."""

    def add(self, body):
        return super().add({**body, "product_ids": (body.get("product_ids") or [])[1:]})


class FirstPair(product_lists.ProductLists):
    """Finds the lists that have the first of the pairs."""

    def matches(self, one, pairs):
        return super().matches(one, dict([*pairs.items()][:1]))


class BeginningsOfPairs(product_lists.ProductLists):
    """Finds the lists with values that begin as asked."""

    def matches(self, one, pairs):
        return any(one["metadata"].get(key, "").startswith(text) for key, text in pairs.items())


class ValuesOfPairs(product_lists.ProductLists):
    """Finds the lists that have a value as asked, under any key."""

    def matches(self, one, pairs):
        return {*pairs.values()} & {*one["metadata"].values()}


class AddsToTheDeleted(product_lists.ProductLists):
    """Adds products to lists that were deleted, which nothing shows any more."""

    def delete(self, id_):
        self.__dict__.setdefault("gone", {})[id_] = self.find(id_)
        return super().delete(id_)

    def moved(self, match, word, move, headers, content):
        before = self.lists
        if word == "added":
            self.lists = {**self.lists, **self.__dict__.get("gone", {})}
        try:
            return super().moved(match, word, move, headers, content)
        finally:
            self.lists = before


class DeletesTheEmptied(product_lists.ProductLists):
    """Deletes a list with its last product."""

    def moved(self, match, word, move, headers, content):
        answer = super().moved(match, word, move, headers, content)
        if answer[1].get("removed_product_ids") and not self.lists[match[1]]["ids"]:
            del self.lists[match[1]]
        return answer


class RemovesFromTheDeleted(product_lists.ProductLists):
    """Says of a list that was deleted that it has none of some products."""

    def moved(self, match, word, move, headers, content):
        if word == "added" or match[1] not in self.__dict__.get("gone", ()):
            return super().moved(match, word, move, headers, content)
        ignored = {"removed_product_ids": [], "ignored_product_ids": self.ids(self.read(headers, content))}
        return 200, {"list_id": match[1], **ignored, "meta": self.meta()}

    def delete(self, id_):
        self.__dict__.setdefault("gone", set()).add(self.find(id_)["id"])
        return super().delete(id_)


class CutsValues(product_lists.ProductLists):
    """Stores 255 of the 512 characters that a value of the metadata may have."""

    def add(self, body):
        pairs = body.get("metadata") or {}
        return super().add({**body, "metadata": {key: text[:255] for key, text in pairs.items()}})


class ShowsOnePair(product_lists.ProductLists):
    """Lists the first of several pairs of metadata."""

    def metadata(self, one):
        return dict([*super().metadata(one).items()][:1])


class LosesTheSixteenth(product_lists.ProductLists):
    """Stores one pair less than the metadata may have."""

    def add(self, body):
        return super().add({**body, "metadata": dict([*(body.get("metadata") or {}).items()][:15])})


class RefusesSeveralPairs(product_lists.ProductLists):
    """Takes fewer pairs than the contract allows."""

    def checked(self, body):
        checked = super().checked(body)
        if len(body.get("metadata") or {}) > 3:
            raise product_lists.RefusedError(422, "Three pairs, please.")
        return checked


class RefusesEmoji(product_lists.ProductLists):
    """Refuses an emoji."""

    def checked(self, body):
        if max(json.dumps(body, ensure_ascii=False)) > "\uffff":
            raise product_lists.RefusedError(422, "No emoji, please.")
        return super().checked(body)


class RefusesEmojiAndCuts(RefusesEmoji):
    """Loses the end of other long names as well."""

    def add(self, body):
        return super().add({**body, "name": body["name"][:100]})


@pytest.mark.parametrize("server", [RefusesEmoji, RefusesSeveralPairs])
def test_a_target_may_refuse_an_emoji_or_many_pairs(held, server):
    found, outcomes, result = held(server(), "--groups", "behavior", "--only", "createProductList")
    assert (found, outcomes["behavior.create", "createProductList"]) == (set(), "pass"), result.output


@pytest.mark.parametrize(
    ("server", "check", "operation"),
    [
        (CutsValues, "create", "createProductList"),
        (ShowsOnePair, "create", "createProductList"),
        (LosesTheSixteenth, "create", "createProductList"),
        (RefusesEmojiAndCuts, "create", "createProductList"),
        (AddsOne, "add", "addProducts"),
        (LosesTheFirst, "create", "createProductList"),
        (FirstPair, "filter-or", "listProductLists"),
        (BeginningsOfPairs, "filter-nothing", "listProductLists"),
        (ValuesOfPairs, "filter-nothing", "listProductLists"),
        (AddsToTheDeleted, "delete", "deleteProductList"),
        (DeletesTheEmptied, "remove", "removeProducts"),
    ],
)
def test_what_is_done_to_the_first_only_and_pairs_by_their_beginning_are_found(held, server, check, operation):
    _, outcomes, result = held(server(), "--groups", "behavior", "--for", "own")
    assert outcomes[f"behavior.{check}", operation] == "fail", result.output


def test_what_is_deleted_may_be_named_where_something_is_taken_away(held):
    found, outcomes, result = held(RemovesFromTheDeleted(), "--groups", "behavior", "--for", "own")
    assert (found, outcomes["behavior.delete", "deleteProductList"]) == (set(), "pass"), result.output


def test_a_list_that_is_deleted_with_its_last_product_is_a_warning_where_no_page_says_that_it_stays(held):
    only = [part for each in ("removeProducts", "addProducts", "createProductList") for part in ("--only", each)]
    _, outcomes, result = held(DeletesTheEmptied(), "--groups", "behavior", "--for", "vendor", *only)
    assert (outcomes["behavior.remove", "removeProducts"], result.exit_code) == ("warn", 0), result.output
