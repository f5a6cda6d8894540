"""What a whole API has one of, such as its settings, is as it was after a run."""

import pytest
from adcontract_depot.server import RefusedError
from adcontract_depot.settings import Settings

ONLY = ("--only", "replaceSettings", "--only", "changeSettings", "--only", "getSettings", "--generated", "3")


def without_color(settings):
    return {name: value for name, value in settings.items() if name != "color"}


@pytest.mark.parametrize("change", [dict, without_color])
def test_settings_are_as_they_were_after_a_run(command, change):
    server = Settings()
    server.settings = before = change(server.settings)
    with server.up() as url:
        result = command(url, "--spec", str(server.spec), *ONLY, "--for", "own")
    assert result.exit_code == 0, result.output
    assert sum(method in ("PUT", "PATCH") for method, _, _ in server.log) > 20
    assert server.settings == before
    assert "does not say how to undo" not in result.output


class Keeps(Settings):
    """Takes no value away, and replaces nothing."""

    def changed_settings(self, values):
        return super().changed_settings({name: value for name, value in values.items() if value is not None})

    replace_settings = None


def test_a_value_that_cannot_be_taken_away_again_is_left_and_named(command):
    server = Keeps()
    server.settings = without_color(server.settings)
    with server.up() as url:
        result = command(url, "--spec", str(server.spec), *ONLY, "--groups", "examples,behavior")
    assert "the contract does not say how to undo what these operations did: changeSettings" in result.output
    assert without_color(server.settings) == without_color(Settings().settings)


def test_settings_that_cannot_be_changed_back_are_named(command):
    class Once(Settings):
        """Takes no greeting a second time."""

        said = ("Welcome to the depot",)

        def keep_settings(self, settings):
            if settings["greeting"] in self.said:
                raise RefusedError(422)
            super().keep_settings(settings)

    server = Once()
    with server.up() as url:
        result = command(url, "--spec", str(server.spec), *ONLY, "--groups", "examples")
    assert "the contract does not say how to undo what these operations did: changeSettings" in result.output
