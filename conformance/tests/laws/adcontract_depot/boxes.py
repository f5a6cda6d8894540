"""The boxes of the depot, of which many are made, changed or removed with one request."""

from adcontract_depot.server import Part, RefusedError, answers, breaks


class Boxes(Part):
    about = ("createBoxes", "updateBoxes", "removeBoxes")

    def __init__(self):
        super().__init__()
        self.boxes, self.last_box = {}, 0
        for number in range(5):
            self.add_box({"label": f"shelf {number}", "size": 2 + number})

    def add_box(self, body):
        self.last_box += 1
        self.boxes[self.last_box] = {"id": self.last_box, "label": body["label"], "size": body["size"]}
        return self.boxes[self.last_box]

    def box(self, number):
        """Return a box by its id, as text or a number.

        Raises:
            RefusedError: if there is none.
        """
        if not str(number).isdecimal() or int(number) not in self.boxes:
            raise RefusedError(404)
        return self.boxes[int(number)]

    @answers("GET", "/boxes")
    def list_boxes(self, asked):  # noqa: ARG002
        return 200, list(self.boxes.values())

    @answers("POST", "/boxes")
    def create_box(self, asked):
        if not is_new(asked.body):
            raise RefusedError(422)
        return 201, self.add_box(asked.body)

    @answers("GET", "/boxes/{box_id}")
    def get_box(self, asked, box_id):  # noqa: ARG002
        return 200, self.box(box_id)

    @answers("DELETE", "/boxes/{box_id}")
    def delete_box(self, asked, box_id):  # noqa: ARG002
        self.remove_box(self.box(box_id)["id"])
        return 204, None

    def remove_box(self, number):
        del self.boxes[number]

    def batch_of(self, asked, name):
        """Return the entries of a batch.

        Raises:
            RefusedError: if there are none, or too many.
        """
        found = asked.body.get(name) if isinstance(asked.body, dict) else None
        if not isinstance(found, list) or not 1 <= len(found) <= 50:
            raise RefusedError(422)
        return found

    @answers("POST", "/boxes/batch")
    def create_boxes(self, asked):
        return 207, {"results": self.batch_in_order([self.created_box(each) for each in self.batch_of(asked, "boxes")])}

    def created_box(self, entry):
        """Return the result of an entry of a batch of new boxes."""
        if not is_new(entry):
            return {"status": 422, "error": "The box needs a label and a size."}
        return {"status": 201, "box": self.add_box(entry)}

    @answers("PATCH", "/boxes/batch")
    def update_boxes(self, asked):
        entries = self.batch_of(asked, "boxes")
        if not all(isinstance(each, dict) and type(each.get("id")) is int and has_label(each) for each in entries):
            raise RefusedError(422)
        return 200, self.batch_in_order([self.updated_box(each) for each in entries])

    def updated_box(self, entry):
        """Return the result of an entry of a batch of changed boxes."""
        try:
            box = self.box(entry["id"])
        except RefusedError:
            return {"id": entry["id"], "outcome": "unknown"}
        self.change_box(box, entry)
        return {"id": box["id"], "outcome": "updated"}

    def change_box(self, box, entry):
        box["label"] = entry["label"]

    @answers("POST", "/boxes/removals")
    def remove_boxes(self, asked):
        numbers = self.batch_of(asked, "ids")
        if not all(type(each) is int for each in numbers):
            raise RefusedError(422)
        self.remove_all(numbers)
        return 200, {"removed": self.batch_in_order([{"id": each} for each in numbers])}

    def remove_all(self, numbers):
        """Remove all boxes, or none.

        Raises:
            RefusedError: if one is not there.
        """
        for each in dict.fromkeys(numbers):
            self.box(each)
        for each in dict.fromkeys(numbers):
            self.remove_box(each)

    def batch_in_order(self, results):
        return results


def has_label(entry):
    return isinstance(entry.get("label"), str)


def is_new(entry):
    """Return whether an entry of a body is a new box."""
    if not isinstance(entry, dict) or not has_label(entry):
        return False
    return type(entry.get("size")) is int and entry["size"] >= 1


class RefusesTheWhole(Boxes):
    """Refuses a batch with an entry that is not valid, as it may be."""

    def create_boxes(self, asked):
        if not all(map(is_new, self.batch_of(asked, "boxes"))):
            raise RefusedError(422)
        return super().create_boxes(asked)

    create_boxes.route = Boxes.create_boxes.route


class KnowsItsLabels(Boxes):
    """Has no new box with a label that it does not know, which is any with a blank."""

    def create_box(self, asked):
        if is_new(asked.body) and " " in asked.body["label"]:
            raise RefusedError(422)
        return super().create_box(asked)

    create_box.route = Boxes.create_box.route

    def created_box(self, entry):
        is_known = not is_new(entry) or " " not in entry["label"]
        return super().created_box(entry) if is_known else {"status": 422, "error": "There is no such label."}


class Terse(Boxes):
    """Has other members in results: a status as text, ids alone, and failures of another form."""

    def created_box(self, entry):
        result = super().created_box(entry)
        return {**result, "status": str(result["status"])} if "box" in result else {"error": {"code": "invalid"}}

    def updated_box(self, entry):
        result = super().updated_box(entry)
        return result if result["outcome"] == "updated" else {"outcome": "failed", "reason": "No such box."}


class RemovesAnything(Boxes):
    """Has nothing against a box that is gone already, and answers 200 instead of 207."""

    def remove_all(self, numbers):
        for each in numbers:
            self.boxes.pop(each, None)

    def create_boxes(self, asked):
        return 200, super().create_boxes(asked)[1]

    create_boxes.route = Boxes.create_boxes.route


def _made_and_lost(self, entry):
    result = Boxes.created_box(self, entry)
    if "box" in result:
        self.remove_box(result["box"]["id"])
    return result


def _half(self, numbers):
    for each in numbers:
        self.remove_box(self.box(each)["id"])


def _undone(self, asked):
    entries = self.batch_of(asked, "boxes")
    before = {number: dict(box) for number, box in self.boxes.items()}
    results = [self.updated_box(each) for each in entries]
    if any(each["outcome"] != "updated" for each in results):
        self.boxes = before
    return 200, results


def _rolled_back(self, asked):
    results = _undone(self, asked)[1]
    if any(each["outcome"] != "updated" for each in results):
        results = [{"id": each["id"], "outcome": "unknown"} for each in results]
    return 200, results


def _routed(function, like):
    function.route = like.route
    return function


def _refused_and_done(self, asked):
    answer = Boxes.create_boxes(self, asked)
    if any(each["status"] != 201 for each in answer[1]["results"]):
        raise RefusedError(422)
    return answer


def _failed_and_done(self, entry):
    result = Boxes.updated_box(self, entry)
    return {**result, "outcome": "unknown"} if self.last_box in (entry["id"], entry["id"] + 1) else result


FAULTS = {
    "the results of a batch are in another order": breaks(
        Boxes, "createBoxes", "batch", batch_in_order=lambda _, results: results[::-1]
    ),
    "the results of changes are in another order": breaks(
        Boxes, "updateBoxes", "batch", batch_in_order=lambda _, results: [*results[1:], *results[:1]]
    ),
    "a result is missing": breaks(Boxes, "removeBoxes", "batch", batch_in_order=lambda _, results: results[:-1]),
    "an entry succeeds that is not carried out": breaks(Boxes, "createBoxes", "batch", created_box=_made_and_lost),
    "a change of a batch is not stored": breaks(Boxes, "updateBoxes", "batch", change_box=lambda *_: None),
    "a batch removes nothing": breaks(Boxes, "removeBoxes", "batch", remove_all=lambda *_: None),
    "an entry fails that is carried out": breaks(Boxes, "updateBoxes", "batch", updated_box=_failed_and_done),
    "an entry that fails undoes the others": breaks(
        Boxes, "updateBoxes", "batch-failure", update_boxes=_routed(_undone, Boxes.update_boxes)
    ),
    "an entry that fails has the others fail": breaks(
        Boxes, "updateBoxes", "batch-failure", update_boxes=_routed(_rolled_back, Boxes.update_boxes)
    ),
    "a batch that is refused is carried out in part": breaks(
        Boxes, "createBoxes", "batch-failure", create_boxes=_routed(_refused_and_done, Boxes.create_boxes)
    ),
    "a batch is carried out by half": breaks(Boxes, "removeBoxes", "batch-failure", remove_all=_half),
}

UNUSUAL = {
    RefusesTheWhole: ("batch", "batch-failure"),
    KnowsItsLabels: ("batch", "batch-failure"),
    Terse: ("batch", "batch-failure"),
    RemovesAnything: ("batch", "batch-failure"),
}
