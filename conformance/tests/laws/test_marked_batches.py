"""A batch of deletes may mark its items by a status, name them by another field than the id, and not show the mark."""

from shutil import copytree

import pytest
from adcontract_depot.boxes import Boxes

EDITS = {
    "paths/boxes_removals.yaml": [
        ("items: {type: integer}, minItems", "items: {type: string}, minItems"),
        ("id: {type: integer}", "code: {type: string}"),
        ("required: [id]", "required: [code]"),
        ("id: /id\n    gone: hidden", "id: /code\n    gone: status\n    set: {/state: removed}"),
        ("shows_id: /id", "shows_id: /code"),
    ],
    "components/schemas/Box.yaml": [
        ("  id:", "  code: {type: string}\n  state: {type: string, enum: [stored, removed]}\n  id:"),
        ("[id,", "[id, code,"),
    ],
}


class Marks(Boxes):
    """Removes boxes by their code, all that are there, and keeps them as removed."""

    def add_box(self, body):
        box = super().add_box(body)
        return box.update(code=f"B-{box['id']}", state="stored") or box

    def remove_boxes(self, asked):
        codes = self.batch_of(asked, "ids")
        if not all(isinstance(each, str) for each in codes):
            return 422, {"code": "no", "message": "no"}
        boxes = {each["code"]: each for each in self.boxes.values()}
        self.mark([boxes[each] for each in codes if each in boxes], len(codes))
        return 200, {"removed": [{"code": each} for each in codes]}

    remove_boxes.route = Boxes.remove_boxes.route

    def mark(self, boxes, asked):  # noqa: ARG002
        for each in boxes:
            each["state"] = "removed"


class HidesTheMark(Marks):
    """Shows no state."""

    def add_box(self, body):
        box = super().add_box(body)
        del box["state"]
        return box

    def mark(self, boxes, asked):
        pass


class MarksNone(Marks):
    def mark(self, boxes, asked):
        pass


class MarksTheFirst(Marks):
    """Marks the first alone where one is unknown."""

    def mark(self, boxes, asked):
        super().mark(boxes if len(boxes) == asked else boxes[:1], asked)


@pytest.mark.parametrize(
    ("server", "laws"),
    [
        (Marks, set()),
        (HidesTheMark, set()),
        (MarksNone, {"batch"}),
        (MarksTheFirst, {"batch-failure"}),
    ],
)
def test_a_batch_that_marks_items_by_a_status_is_held_to_the_mark_where_it_shows(held, tmp_path, server, laws):
    copytree(Boxes.spec, tmp_path / "spec")
    for name, edits in EDITS.items():
        path = tmp_path / "spec" / "depot" / name
        text = path.read_text()
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)
    found, report, result = held(server(), "--only", "removeBoxes", "--spec", str(tmp_path / "spec"))
    assert {law for law, _ in found} == laws, result.output
    outcomes = {each["check"]: each["outcome"] for each in report["apis"][0]["results"]}
    assert outcomes["behavior.batch"] == ("fail" if "batch" in laws else "pass"), result.output
