"""A list that is asked for with a value by which it leaves items out does not have to show each created item."""

from shutil import copytree

import pytest
from adcontract_depot.boxes import Boxes
from adcontract_depot.server import answers


class BySize(Boxes):
    """Lists the boxes of one size, and none without one."""

    @answers("GET", "/boxes")
    def list_boxes(self, asked):
        return 200, [each for each in self.boxes.values() if str(each["size"]) == asked.query.get("size")]


class ListsNone(BySize):
    @answers("GET", "/boxes")
    def list_boxes(self, asked):  # noqa: ARG002
        return 200, []


class Loses(BySize):
    """Keeps new boxes, and lists none."""

    @answers("GET", "/boxes")
    def list_boxes(self, asked):  # noqa: ARG002
        return 200, []


REQUIRED = "required: true, schema: {type: integer, enum: [%d]}"
DEFAULT = "schema: {type: integer, default: %d}"
BY_SIZE = "{field: /size, op: equals}"
OF_SHELVES = "{field: /size, op: equals, about: {/label: shelf}}"


@pytest.mark.parametrize(
    ("server", "parameter", "filter_", "law_looked"),
    [
        (BySize, REQUIRED % 4, None, False),
        (BySize, REQUIRED % 4, BY_SIZE, False),
        (Loses, DEFAULT % 4, BY_SIZE, False),
        (Loses, REQUIRED % 1, OF_SHELVES, False),
        (BySize, REQUIRED % 1, BY_SIZE, True),
        (Loses, REQUIRED % 1, BY_SIZE, True),
        (Loses, DEFAULT % 1, BY_SIZE, True),
    ],
)
def test_a_list_has_to_show_a_new_item_only_if_its_filter_keeps_that(
    held, tmp_path, server, parameter, filter_, law_looked
):
    copytree(Boxes.spec, tmp_path / "spec")
    path = tmp_path / "spec" / "depot" / "paths" / "boxes.yaml"
    get, post = path.read_text().split("\npost:")
    get += f"\n  parameters:\n    - {{name: size, in: query, {parameter}}}\n"
    get += f"\n  x-filter: {{size: {filter_}}}\n" if filter_ else ""
    path.write_text(f"{get}\npost:{post}")
    found, report, result = held(server(), "--only", "createBox", "--spec", str(tmp_path / "spec"))
    assert found == ({("create", "createBox")} if law_looked and server is Loses else set()), result.output
    (create,) = (each for each in report["apis"][0]["results"] if each["check"] == "behavior.create")
    assert ("listBoxes, which is asked for with size" in create.get("untried", "")) is not law_looked
