"""The labels of a depot, which have the codes that their clients give them."""

import re

from adcontract_depot.server import Part, RefusedError, answers, breaks


class Labels(Part):
    about = ("listLabels", "getLabel", "putLabel", "deleteLabel")

    def __init__(self):
        super().__init__()
        self.labels = [{"code": "blue", "text": "Fragile", "width": 30}, {"code": "red", "text": "Heavy", "width": 60}]

    def label(self, code):
        """Return a label by its code.

        Raises:
            RefusedError: if there is none.
        """
        found = [each for each in self.labels if each["code"] == code]
        if not found:
            raise RefusedError(404)
        return found[0]

    def new_label(self, code, values):
        self.labels.append({"code": code, "width": None, **values})
        return 201, self.labels[-1]

    def replaced_label(self, label, values):
        label |= {"width": None, **values}
        return 200, label

    @answers("GET", "/labels")
    def list_labels(self, asked):  # noqa: ARG002
        return 200, self.labels

    @answers("GET", "/labels/{code}")
    def get_label(self, asked, code):  # noqa: ARG002
        return 200, self.label(code)

    @answers("PUT", "/labels/{code}")
    def put_label(self, asked, code):
        body = asked.body
        if not re.fullmatch("[a-z]{3,12}", code):
            raise RefusedError(404)
        if not isinstance(body, dict) or not isinstance(body.get("text"), str) or body.get("code", code) != code:
            raise RefusedError(422)
        width = body.get("width", 1)
        if not isinstance(width, int) or isinstance(width, bool) or width < 1:
            raise RefusedError(422)
        values = {name: body[name] for name in ("text", "width") if name in body}
        known = [each for each in self.labels if each["code"] == code]
        return self.replaced_label(known[0], values) if known else self.new_label(code, values)

    @answers("DELETE", "/labels/{code}")
    def delete_label(self, asked, code):  # noqa: ARG002
        self.labels.remove(self.label(code))
        return 204, None


def _refuses(status):
    def refuses(*_):
        raise RefusedError(status)

    return refuses


def _shows_only(_, code, values):
    return 201, {"code": code, "width": None, **values}


def _copies(self, code, values):
    Labels.new_label(self, f"{code}x", values)
    return Labels.new_label(self, code, values)


def _adds(self, label, values):
    return self.new_label(label["code"], values)


FAULTS = {
    "a new label is refused": breaks(Labels, "putLabel", "upsert", new_label=_refuses(404)),
    "a new label gets another code": breaks(
        Labels,
        "putLabel",
        "upsert",
        new_label=lambda self, code, values: Labels.new_label(self, code[::-1] + "x", values),
    ),
    "a new label is not kept": breaks(Labels, "putLabel", "upsert", new_label=_shows_only),
    "a new label is there under a second code, too": breaks(Labels, "putLabel", "upsert", new_label=_copies),
    "a label that is replaced is there twice": breaks(Labels, "putLabel", "upsert", replaced_label=_adds),
    "a label is not replaced": breaks(
        Labels, "putLabel", "change", replaced_label=lambda _, label, values: (200, {**label, **values})
    ),
}


class Same(Labels):
    """Answers as if every label were there before, and keeps what a request does not name."""

    def new_label(self, code, values):
        return 200, super().new_label(code, values)[1]

    def replaced_label(self, label, values):
        label |= values
        return 200, label


class Silent(Labels):
    """Shows no label that it has been given."""

    def new_label(self, code, values):
        super().new_label(code, values)
        return 204, None

    def replaced_label(self, label, values):
        super().replaced_label(label, values)
        return 204, None


class OwnCodes(Labels):
    """Knows only the labels that it has, as the contract lets it."""

    new_label = _refuses(409)


UNUSUAL = {Same: ("upsert", "change", "delete"), Silent: ("upsert", "change", "delete"), OwnCodes: ("read",)}
