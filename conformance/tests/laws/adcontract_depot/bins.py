"""The bins of a depot, which patches change, and of which one side alone writes or reads some properties."""

# ruff: noqa: ARG001, ARG002, ARG005 - what replaces a method takes its arguments
import copy

from adcontract.openapi.patches import PatchError, merged, patched, steps
from adcontract_depot.server import Part, RefusedError, answers, breaks

FIELDS = ("name", "note", "place", "labels")
NEW = {"name": "The first bin", "place": {"hall": "East", "row": 1}, "labels": ["dry", "low"]}


class Bins(Part):
    about = ("listBins", "createBin", "getBin", "patchBin", "deleteBin", "editBin")

    def __init__(self):
        super().__init__()
        self.bins, self.last_bin = {}, 0
        self.add_bin(NEW)

    def add_bin(self, body):
        self.last_bin += 1
        own = {"id": self.last_bin, "state": "open", "seal": f"seal {self.last_bin}"}
        made = {**{name: body[name] for name in FIELDS if name in body}, **own}
        self.bins[made["id"]] = made
        return made

    def bin(self, number):
        if not number.isdecimal() or int(number) not in self.bins:
            raise RefusedError(404)
        return self.bins[int(number)]

    def shown_bin(self, each):
        return each

    def checked_bin(self, body):
        """Return what may be a bin.

        Raises:
            RefusedError: if it may not.
        """
        if not isinstance(body, dict):
            raise RefusedError(422)
        place, labels = body.get("place"), body.get("labels")
        is_sound = isinstance(body.get("name"), str) and body["name"] and isinstance(body.get("note"), str | None)
        is_sound = is_sound and isinstance(place, dict) and isinstance(place.get("hall"), str)
        is_sound = is_sound and type(place.get("row", 1)) is int and isinstance(place.get("gate"), str | None)
        if not is_sound or not isinstance(labels, list) or not all(isinstance(each, str) for each in labels):
            raise RefusedError(422)
        if not isinstance(body.get("pin", ""), str):
            raise RefusedError(422)
        return body

    def merged_bin(self, bin_, body):
        return merged(bin_, body)

    def patched_bin(self, bin_, body):
        try:
            return patched(bin_, steps(body))
        except PatchError:
            raise RefusedError(409) from None

    def changed_bin(self, number, asked):
        bin_, media = self.bin(number), asked.headers.get("content-type", "")
        if "merge-patch" in media:
            if not isinstance(asked.body, dict):
                raise RefusedError(422)
            after = self.merged_bin(copy.deepcopy(bin_), asked.body)
        elif isinstance(asked.body, list) and all(isinstance(each, dict) and "op" in each for each in asked.body):
            after = self.patched_bin(copy.deepcopy(bin_), asked.body)
        else:
            raise RefusedError(422)
        self.checked_bin(after)
        for name in FIELDS:
            bin_.pop(name, None)
        bin_.update({name: after[name] for name in FIELDS if name in after})
        return bin_

    @answers("GET", "/bins")
    def list_bins(self, asked):
        return 200, [self.shown_bin(each) for each in self.bins.values()]

    @answers("POST", "/bins")
    def create_bin(self, asked):
        if not isinstance(asked.body, dict):
            raise RefusedError(422)
        return 201, self.shown_bin(self.add_bin(self.checked_bin(asked.body)))

    @answers("GET", "/bins/{number}")
    def get_bin(self, asked, number):
        return 200, self.shown_bin(self.bin(number))

    @answers("PATCH", "/bins/{number}")
    def patch_bin(self, asked, number):
        return 200, self.shown_bin(self.changed_bin(number, asked))

    @answers("POST", "/bins/{number}/edits")
    def edit_bin(self, asked, number):
        self.changed_bin(number, asked)
        return 204, None

    @answers("DELETE", "/bins/{number}")
    def delete_bin(self, asked, number):
        del self.bins[self.bin(number)["id"]]
        return 204, None


def _without_nulls(value):
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(each) for name, each in value.items() if each is not None}


def _objects(body):
    return {name: each for name, each in body.items() if isinstance(each, dict)}


def _more(bin_, body):
    """Return the arrays of a body with the entries that a bin has."""
    arrays = {name: each for name, each in body.items() if isinstance(each, list)}
    return {name: [*each, *(one for one in bin_[name] if one not in each)] for name, each in arrays.items()}


def _half(self, bin_, body):
    """Return a bin as it is after the operations of a JSON Patch up to one that fails."""
    for index in range(len(body), -1, -1):
        try:
            return patched(bin_, steps(body[:index]))
        except PatchError:
            continue
    return bin_


def _half_and_refused(self, bin_, body):
    after = _half(self, bin_, body)
    self.bins[bin_["id"]].update({name: after[name] for name in FIELDS if name in after})
    return Bins.patched_bin(self, bin_, body)


def _takes_over(name):
    """Return a method by which a new bin has what was sent for a property that is read-only."""

    def add_bin(self, body):
        made = Bins.add_bin(self, body)
        if name in body:
            del self.bins[made["id"]]
            made[name] = body[name]
            self.last_bin = max(self.last_bin, made["id"])
            self.bins[made["id"]] = made
        return made

    return {"add_bin": add_bin}


def _changes(name):
    """Return a method by which a merge changes a property that is read-only."""

    def merged_bin(self, bin_, body):
        self.bins[bin_["id"]].update({name: body[name]} if name in body else {})
        return merged(bin_, body)

    return {"merged_bin": merged_bin}


def _seals(self, bin_, body):
    after = Bins.patched_bin(self, bin_, body)
    self.bins[bin_["id"]].update({"seal": after["seal"]} if "seal" in after else {})
    return after


def _keeps_pin(self, body):
    made = Bins.add_bin(self, body)
    made.update({"pin": body["pin"]} if "pin" in body else {})
    return made


FAULTS = {
    "null is ignored": breaks(
        Bins, "patchBin", "merge-patch", merged_bin=lambda self, bin_, body: merged(bin_, _without_nulls(body))
    ),
    "a merge loses the other members of an object": breaks(
        Bins, "patchBin", "merge-patch", merged_bin=lambda self, bin_, body: {**merged(bin_, body), **_objects(body)}
    ),
    "a merge gives the other members of an object their first values": breaks(
        Bins,
        "patchBin",
        "merge-patch",
        merged_bin=lambda self, bin_, body: merged(
            bin_, body | {n: {**NEW["place"], **v} for n, v in _objects(body).items()}
        ),
    ),
    "a merge adds to an array": breaks(
        Bins, "patchBin", "merge-patch", merged_bin=lambda self, bin_, body: merged(bin_, body | _more(bin_, body))
    ),
    "a JSON Patch is done up to a test that fails": breaks(Bins, "editBin", "json-patch", patched_bin=_half),
    "a JSON Patch is refused and half done": breaks(Bins, "patchBin", "json-patch", patched_bin=_half_and_refused),
    "a client chooses the id": breaks(Bins, "createBin", "read-only", **_takes_over("id")),
    "a client seals a new bin": breaks(Bins, "createBin", "read-only", **_takes_over("seal")),
    "a client opens a bin": breaks(Bins, "patchBin", "read-only", **_changes("state")),
    "a client seals a bin by a JSON Patch": breaks(Bins, "editBin", "read-only", patched_bin=_seals),
    "the pin is shown": breaks(Bins, "createBin", "write-only", add_bin=_keeps_pin),
}


class Choosy(Bins):
    """Knows but two operations of a JSON Patch."""

    def patched_bin(self, bin_, body):
        if any(each["op"] not in ("add", "replace") for each in body):
            raise RefusedError(409)
        return super().patched_bin(bin_, body)


class Cautious(Choosy):
    """Refuses what only it writes, a JSON Patch with a test, and an object without all of its members."""

    @answers("POST", "/bins")
    def create_bin(self, asked):
        if isinstance(asked.body, dict) and asked.body.keys() & {"id", "state", "seal"}:
            raise RefusedError(422)
        return super().create_bin(asked)

    def merged_bin(self, bin_, body):
        if body.keys() & {"id", "state", "seal"} or (
            isinstance(body.get("place"), dict) and "hall" not in body["place"]
        ):
            raise RefusedError(422)
        return merged(bin_, body)


class Normalizing(Bins):
    """Keeps null as null, trims texts, sorts labels, shows a masked pin, and names the seal by its own rule."""

    def add_bin(self, body):
        return super().add_bin({"note": None, **body})

    def shown_bin(self, each):
        place = {"row": None, "gate": None, **each["place"]}
        seal = f"seal of {each['name']}"
        shown = {**each, "note": each.get("note"), "place": place, "labels": sorted(each["labels"]), "seal": seal}
        return {**shown, "pin": "****"}


class WithDefaults(Bins):
    """Gives a note that is taken away its default, and opens and seals bins in turns."""

    def shown_bin(self, each):
        return {**each, "note": each.get("note") or "nothing to note"}

    def changed_bin(self, number, asked):
        bin_ = super().changed_bin(number, asked)
        bin_["state"] = "open" if bin_["state"] == "sealed" else "sealed"
        return bin_


UNUSUAL = {
    Cautious: ("merge-patch", "json-patch", "read-only", "write-only", "change"),
    Normalizing: ("merge-patch", "json-patch", "read-only", "write-only", "change"),
    WithDefaults: ("merge-patch", "json-patch", "read-only", "write-only"),
}
