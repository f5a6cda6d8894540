"""A number that is documented without a fraction is tried with one: a target may refuse it, and not lose it."""

import json
import shutil

import pytest
from adcontract_library import Library
from conftest import HERE


class Rounds(Library):
    """Stores whole prices."""

    def stored(self, body):
        return {**super().stored(body), "price": int(body["price"])} if "price" in body else super().stored(body)


class TakesWholePrices(Library):
    """Refuses a price with a fraction."""

    def checked(self, body, *rest):
        if isinstance(body, dict) and isinstance(body.get("price"), float) and body["price"] % 1:
            self.refuse("invalid")
        return super().checked(body, *rest)


class TakesWholePricesAndCuts(TakesWholePrices):
    """Loses the end of a long title as well."""

    def stored(self, body):
        return {**super().stored(body), "title": body["title"][:30]}


@pytest.mark.parametrize(
    ("library", "laws"),
    [(Rounds, {"create"}), (TakesWholePricesAndCuts, {"create"}), (TakesWholePrices, set()), (Library, set())],
)
def test_a_fraction_is_kept_or_refused(held, tmp_path, library, laws):
    shutil.copytree(HERE / "spec", tmp_path / "spec")
    path = tmp_path / "spec" / "library" / "examples" / "v1" / "createBook.request.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "price": 12}))
    found, _, result = held(library(), "--only", "createBook", "--for", "own", "--spec", str(tmp_path / "spec"))
    assert {law for law, _ in found} == laws, result.output
