"""What no page says of a request: whether null is left out, an empty text is taken, a larger page is refused."""

import re
from shutil import copytree

import pytest
from adcontract_depot import RefusedError
from adcontract_depot.bins import Bins
from adcontract_depot.server import answers
from adcontract_depot.shipments import Shipments
from adcontract_depot.stock import Stock

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Particular(Bins):
    """Takes null as left out, and refuses empty texts, control characters and a place of which a part is missing."""

    nulls = refused = 0

    def without_nulls(self, body):
        left_out = [name for name in ("labels", "place", "state", "seal", "pin") if name in body and body[name] is None]
        self.nulls += len(left_out)
        return {name: value for name, value in body.items() if name not in left_out}

    def checked_bin(self, body):
        if not isinstance(body, dict):
            raise RefusedError(422)
        body = self.without_nulls(body)
        body.setdefault("labels", [])
        body.setdefault("place", {"hall": "East"})
        texts = [body.get("note") or "-", *(body["labels"] if isinstance(body["labels"], list) else ())]
        if any(isinstance(each, str) and (not each or CONTROL.search(each)) for each in texts):
            self.refused += 1
            raise RefusedError(422)
        return super().checked_bin(body)

    def merged_bin(self, bin_, body):
        if isinstance(body.get("place"), dict) and "hall" not in body["place"]:
            self.refused += 1
            raise RefusedError(422)
        return super().merged_bin(bin_, body)


def failed(report):
    return [each["sentence"] for each in report["apis"][0]["findings"] if each["outcome"] == "fail"]


def edited(folder, edits):
    """Copy the contract of the depot to a folder, with other texts in its files; give its place."""
    copytree(Bins.spec, folder / "spec")
    for name, (old, new) in edits.items():
        path = folder / "spec" / "depot" / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
    return str(folder / "spec")


@pytest.mark.slow
def test_a_vendor_may_take_null_as_left_out_and_refuse_texts_of_which_no_page_speaks(held, tmp_path):
    server = Particular()
    required = ("required: [id, name, place, labels]", "required: [name]")
    spec = edited(tmp_path, {"components/schemas/NewBin.yaml": required})
    for operation, groups in (("createBin", "schema,rejection"), ("patchBin", "schema")):
        _, report, result = held(server, "--groups", groups, "--generated", "30", "--spec", spec, f"--only={operation}")
        assert failed(report) == [], result.output
    assert server.nulls > 0
    assert server.refused > 0


def test_null_for_what_is_required_is_a_fault_of_any_server(held):
    class TakesNull(Bins):
        def checked_bin(self, body):
            return super().checked_bin({**body, "name": "a bin"} if body.get("name", "") is None else body)

    _, report, result = held(TakesNull(), "--groups", "rejection", "--only=createBin")
    assert any("name" in each for each in failed(report)), result.output


@pytest.mark.slow
def test_an_order_that_the_contract_lacks_may_be_refused_and_an_empty_filter_filters_nothing(held, tmp_path):
    spec = edited(tmp_path, {"paths/stock.yaml": (", pattern: '^-?(state|price|name)(,-?(state|price|name))*$'", "")})
    server = Stock()
    _, report, result = held(server, "--groups", "schema,rejection", "--spec", spec, "--only=listStock")
    assert failed(report) == [], result.output
    assert any(re.search("=(&|$)", target) for _, target, _ in server.log)


class Clamps(Shipments):
    """Shows a page of at most three, however long it is asked to be."""

    @answers("GET", "/shipments/{shipment_id}/parcels")
    def list_parcels(self, asked, shipment_id):
        size = asked.query.get("size", "3")
        query = {**asked.query, "size": "3"} if size.isdecimal() and int(size) > 3 else asked.query
        return super().list_parcels(asked._replace(query=query), shipment_id)


@pytest.mark.slow
@pytest.mark.parametrize(("options", "outcome"), [((), "warn"), (("--for", "own"), "fail")])
def test_a_page_size_above_the_maximum_may_count_as_the_maximum(held, options, outcome):
    _, report, result = held(Clamps(), "--groups", "rejection", "--only=listParcels", *options)
    found = {each["outcome"] for each in report["apis"][0]["findings"] if "size" in each["sentence"]}
    assert found == {outcome}, result.output
