"""A run creates items under ids that nothing has, and leaves alone what is there."""

import copy

from adcontract_depot.labels import Labels

ONLY = [f"--only={each}" for each in Labels.about]


def test_what_was_there_before_a_run_is_as_it_was(command):
    server = Labels()
    before = copy.deepcopy(server.labels)
    with server.up() as url:
        result = command(url, "--spec", str(server.spec), *ONLY, "--generated", "3", "--for", "own")
    assert result.exit_code == 0, result.output
    puts = [target for method, target, _ in server.log if method == "PUT"]
    assert len({*puts}) > 5
    assert not {"/labels/blue", "/labels/red"} & {*puts}
    assert server.labels == before
    assert "does not say how to undo" not in result.output
