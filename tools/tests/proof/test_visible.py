"""Whether a fault changes any answer: shown by the first exchange that differs, or by how many do not."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from adcontract import load
from adcontract_mock.faults.registry import KINDS, FaultKind
from adcontract_mock.serve.in_thread import running
from adcontract_proof.fault import TOKEN, faults_of, sample
from adcontract_proof.visible import Visibility, noted

if TYPE_CHECKING:
    from adcontract import Contract
    from adcontract_mock.faults.answer import Answer
    from adcontract_mock.http.response import HttpResponse

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = ROOT / "conformance/tests/laws/spec"
ORCHARD = ROOT / "mock/tests/orchard"


@pytest.fixture(scope="module")
def library() -> Contract:
    return load("library", spec=LIBRARY)


@pytest.fixture(scope="module")
def visibility(library: Contract) -> Visibility:
    return Visibility(library, TOKEN)


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Register a kind of fault that a test makes up, by its change of a response."""

    def registered(change: Any) -> str:
        made_up = FaultKind("made-up", "schema", "It is made up.", lambda _: True, change=change)
        monkeypatch.setitem(KINDS, "made-up", made_up)
        return "made-up@getBook"

    return registered


@pytest.mark.parametrize(
    ("fault", "method"),
    [
        ("missing-field@getBook", "GET"),
        ("html-page@listBooks", "GET"),
        ("no-allow@listBooks", "DELETE"),
        ("head-other-type@getBook", "HEAD"),
        ("any-token@createBook", "POST"),
        ("not-enforced@deleteBook", "DELETE"),
        ("fails-on-emoji@createBook", "POST"),
        ("filter-ignored@listBooks", "GET"),
        ("order-reversed@listBooks", "GET"),
        ("row-between-pages@listBooks", "GET"),
        ("unknown-item-as-500@getBook", "GET"),
        ("sometimes-500@updateBook", "PATCH"),
    ],
)
def test_a_fault_that_a_client_can_see_is_shown_by_an_exchange(visibility: Visibility, fault: str, method: str) -> None:
    found = visibility.compared(fault)
    assert found.difference is not None
    assert found.difference.request.method == method
    assert found.difference.clean != found.difference.planted
    assert found.difference.number == found.compared


@pytest.mark.parametrize("fault", ["not-stored@createBook", "update-ignored@updateBook"])
def test_a_change_that_is_not_made_is_shown_by_what_is_read_afterwards(visibility: Visibility, fault: str) -> None:
    found = visibility.compared(fault)
    assert found.difference is not None
    assert found.difference.request.method == "GET"


@pytest.mark.parametrize("operation", ["getBook", "createBook", pytest.param("listBooks", marks=pytest.mark.slow)])
def test_two_mocks_without_a_fault_answer_everything_alike(visibility: Visibility, operation: str) -> None:
    control = visibility.control(operation)
    assert control.difference is None
    assert control.compared > 100


def test_a_fault_that_changes_nothing_is_shown_to_change_nothing(visibility: Visibility, kind: Any) -> None:
    found = visibility.compared(kind(lambda _: None))
    assert found.difference is None
    assert found.compared > 100


def test_the_requests_of_a_client_are_compared_too(visibility: Visibility, kind: Any) -> None:
    def change(answer: Answer) -> HttpResponse | None:
        asked = answer.exchange is not None and b"x-client" in dict(answer.exchange.headers)
        return answer.with_status(500) if asked else None

    fault = kind(change)
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Client": "1"}
    with running(spec=LIBRARY, token=TOKEN, stateful=True, seed_items=30, plant=fault) as mock:
        requests = noted(mock.journal)
        books = f"{mock.url}/library/v1/shelves/1/books"
        httpx.get(books, headers=headers)
        httpx.get(f"{books}/1", headers=headers)
    assert visibility.compared(fault).difference is None, "only this client sends the header"
    found = visibility.compared(fault, requests)
    assert found.difference is not None
    assert (found.difference.request.target, found.difference.number) == ("/library/v1/shelves/1/books/1", 2)


@pytest.mark.parametrize("fault", ["slow@getBook", "rarely-slow@getBook"])
def test_a_response_that_comes_late_is_another_one(visibility: Visibility, fault: str) -> None:
    found = visibility.compared(fault)
    assert found.difference is not None
    assert found.difference.clean.body == found.difference.planted.body
    assert found.difference.clean.waited == 0
    assert found.difference.planted.waited > 0


@pytest.mark.slow
def test_faults_of_every_class_are_shown_where_they_apply() -> None:
    contract = load("orchard", spec=ORCHARD)
    visibility = Visibility(contract, TOKEN)
    chosen = random.Random(3).sample(sample(faults_of([contract]), 1, seed=3), 60)
    hidden = [each.name for each in chosen if visibility.compared(each.name).difference is None]
    assert not hidden
