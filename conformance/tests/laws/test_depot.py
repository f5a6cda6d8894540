"""The depot: a server that breaks one law is reported by that law only, and one that keeps it oddly is not."""

import copy
from shutil import copytree

import pytest
from adcontract_depot import FAULTS, UNUSUAL, Depot
from adcontract_depot.bins import Bins
from adcontract_depot.boxes import RefusesTheWhole
from judged import assert_conforms, assert_kept, assert_reported
from lanes import lanes


@pytest.mark.parametrize("name", lanes(FAULTS))
def test_a_broken_law_is_reported_and_no_other_in_at_most_two_causes(held, name):
    assert_reported(held, FAULTS[name])


@pytest.mark.slow
@pytest.mark.parametrize("server", UNUSUAL)
def test_a_law_that_is_kept_in_an_unusual_way_is_kept(held, server):
    assert_kept(held, server, UNUSUAL[server], *(f"--only={each}" for each in server.about))


def test_whether_a_bound_is_kept_is_no_failure_where_the_contract_only_infers_it(held, tmp_path):
    class KeepsBounds(Depot):
        def above(self, price, value):
            return price is not None and price >= value

    copytree(Depot.spec, tmp_path / "spec")
    path = tmp_path / "spec" / "depot" / "paths" / "stock.yaml"
    guessed = "{field: /price, op: gt, x-inferred: {op: The page does not say whether the bound is kept.}}"
    path.write_text(path.read_text().replace("{field: /price, op: gt}", guessed))
    options = ("--only", "listStock", "--for", "vendor", "--spec", str(tmp_path / "spec"))
    found, _, result = held(KeepsBounds(), *options)
    assert (found, result.exit_code) == ({("filter", "listStock")}, 0), result.output


def test_a_depot_that_keeps_every_law_conforms_and_every_law_is_tried(held):
    assert_conforms(held, Depot())


def test_a_sum_is_not_judged_where_others_write_to_what_it_is_about(held):
    class Busy(Depot):
        def counted_parcels(self, shipment):
            parcels = super().counted_parcels(shipment)
            self.add_parcel(shipment, 1)
            return parcels

    found, report, result = held(Busy(), "--only", "getShipment")
    assert found == set(), result.output
    reasons = {each["check"]: each.get("reason") for each in report["apis"][0]["results"]}
    assert "others write to the list" in reasons["behavior.sum"], reasons


def test_a_merge_replaces_an_array_of_a_single_entry_too_and_after_many_fields(held, tmp_path):
    copytree(Depot.spec, tmp_path / "spec")
    depot = tmp_path / "spec" / "depot"
    for name, old, new in (
        ("examples/v1/createBin.request.json", '["dry", "small"]', '["dry"]'),
        ("paths/bins_bin_id.yaml", "/note, /place, ", "/note, /place/hall, /place/row, /place/gate, "),
    ):
        assert old in (depot / name).read_text()
        (depot / name).write_text((depot / name).read_text().replace(old, new))
    _, _, adding = FAULTS["a merge adds to an array"]
    for server, broken in ((adding(), {("merge-patch", "patchBin")}), (Bins(), set())):
        found, _, result = held(server, "--only", "patchBin", "--spec", str(tmp_path / "spec"))
        assert {each for each in found if each[0] == "merge-patch"} == broken, result.output


@pytest.mark.slow
def test_documented_and_generated_batches_touch_no_item_that_was_there_and_leave_none_behind(command):
    depot = Depot()
    depot.boxes[0] = {"id": 0, "label": "the simplest id", "size": 1}
    before = copy.deepcopy(depot.boxes)
    only = [f"--only={each}" for each in ("createBoxes", "updateBoxes", "removeBoxes")]
    with depot.up() as url:
        result = command(
            url, "--spec", str(Depot.spec), "--for", "own", "--groups", "examples,schema", "--generated", "5", *only
        )
    assert result.exit_code == 0, result.output
    assert depot.boxes == before
    assert sum("/boxes/" in target for _, target, _ in depot.log) > 40


def test_a_batch_that_is_carried_out_later_than_it_is_answered_is_not_judged(held):
    class Later(RefusesTheWhole):
        def create_boxes(self, asked):
            super().create_boxes(asked)
            return 202, {"results": []}

        create_boxes.route = RefusesTheWhole.create_boxes.route

    found, report, result = held(Later(), "--only", "createBoxes")
    assert found == set(), result.output
    reasons = {each["check"]: each.get("reason") for each in report["apis"][0]["results"]}
    assert "when the entries are carried out is not known" in reasons["behavior.batch"], reasons
