"""The settings of a depot, of which there is one for all of it."""

from adcontract_depot.server import Part, RefusedError, answers, breaks

COLORS = ("red", "blue", None)


class Settings(Part):
    about = ("getSettings", "replaceSettings", "changeSettings")

    def __init__(self):
        super().__init__()
        self.settings = {"greeting": "Welcome to the depot", "limit": 40, "color": "blue"}

    def checked_settings(self, body, required):
        """Return a body, if it can be one of settings."""
        fits = isinstance(body, dict) and required <= body.keys() and isinstance(body.get("greeting", ""), str)
        limit = body.get("limit", 1) if fits else None
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1 or body.get("color") not in COLORS:
            raise RefusedError(422)
        return {name: body[name] for name in ("greeting", "limit", "color") if name in body}

    def keep_settings(self, settings):
        self.settings = settings

    def shown_settings(self):
        return 200, self.settings

    @answers("GET", "/settings")
    def get_settings(self, asked):  # noqa: ARG002
        return 200, self.settings

    @answers("PUT", "/settings")
    def replace_settings(self, asked):
        self.keep_settings(self.checked_settings(asked.body, {"greeting", "limit"}))
        return self.shown_settings()

    @answers("PATCH", "/settings")
    def change_settings(self, asked):
        self.keep_settings(self.changed_settings(self.checked_settings(asked.body, set())))
        return self.shown_settings()

    def changed_settings(self, values):
        """Return the settings with some other values."""
        return {**self.settings, **values}


FAULTS = {
    "settings are not replaced": breaks(Settings, "replaceSettings", "change", keep_settings=lambda *_: None),
    "a change of settings sets the limit back": breaks(
        Settings,
        "changeSettings",
        "change",
        changed_settings=lambda self, values: {**self.settings, "limit": 40, **values},
    ),
}


class Quiet(Settings):
    """Does not show the settings that it has been given, and counts their changes."""

    changes = 0

    def keep_settings(self, settings):
        self.changes += 1
        super().keep_settings({**settings, "changes": self.changes})

    def shown_settings(self):
        return 204, None


UNUSUAL = {Quiet: ("change",)}
