"""Targets and profiles of `adcontract.toml`: found, chosen by name, and second to what the command line says."""

import os
import re
import tomllib
from pathlib import Path

import click
import pytest

from adcontract.cli import main
from adcontract_conformance.model.promises import GROUPS
from adcontract_conformance.run.named import check_names
from adcontract_conformance.run.options import Options
from adcontract_conformance.run.selection import checked_contracts
from adcontract_conformance.settings import model
from adcontract_conformance.settings.settings_file import choose

ROOT = Path(__file__).resolve().parents[3]
DOWN = "http://127.0.0.1:1"


def test_a_target_is_checked_by_its_name(project, run):
    project('[targets.staging]\nurl = "URL"\nspec = "SPEC"\nonly = ["getHealth"]\ngroups = ["examples"]\nfor = "own"\n')
    report = run("staging")
    assert [each["api"] for each in report["apis"]] == ["shop"]
    assert report["options"]["groups"] == ["examples"]
    assert report["options"]["for"] == "own"


def test_the_only_target_needs_no_name_and_a_folder_below_finds_the_file(project, run, monkeypatch):
    folder = project('[targets.staging]\nurl = "URL"\nspec = "SPEC"\nonly = ["getHealth"]\ngroups = ["examples"]\n')
    (folder / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(folder / "a" / "b")
    assert run()["target"].startswith("http://127.0.0.1:")


def test_a_file_above_the_repository_is_not_taken(project, command, monkeypatch):
    folder = project(f'[targets.staging]\nurl = "{DOWN}"\n')
    (folder / "other" / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder / "other")
    result = command("staging")
    assert result.exit_code == 2
    assert result.output.startswith("Error: There is no target staging, and no adcontract.toml is here or in a folder")


def test_another_file_is_taken_with_config(project, run):
    project('[targets.a]\nurl = "URL"\nspec = "SPEC"\nonly = ["getHealth"]\ngroups = ["examples"]\n', "other.toml")
    assert run("a", "--config", "other.toml", file="other.toml")["apis"]


@pytest.mark.parametrize(
    ("arguments", "env", "seed"),
    [
        (["staging", "--profile", "own"], {}, 3),
        (["staging"], {}, 3),
        (["URL", "--profile", "own"], {}, 2),
        (["URL"], {}, 1),
        (["staging"], {"ADCONTRACT_SEED": "4"}, 4),
        (["URL", "--profile", "own"], {"ADCONTRACT_SEED": "4"}, 4),
        (["staging", "--seed", "5"], {"ADCONTRACT_SEED": "4"}, 5),
        (["URL"], {"ADCONTRACT_PROFILE": "own"}, 2),
        (["URL", "--profile", "own"], {"ADCONTRACT_PROFILE": "smoke"}, 2),
        (["second"], {}, 2),
        (["second", "--profile", "smoke"], {}, 1),
    ],
)
def test_options_come_before_variables_before_the_target_before_the_profile(project, run, spec, arguments, env, seed):
    project(
        '[profiles.own]\nseed = 2\n[targets.staging]\nurl = "URL"\nseed = 3\n'
        '[targets.second]\nurl = "URL"\nprofile = "own"\n'
    )
    least = ("--spec", spec, "--only", "getHealth", "--groups", "examples")
    assert run(*arguments, *least, env=env)["seed"] == seed


def test_a_profile_says_which_groups_are_tried(project, run, spec):
    project('[profiles.mine]\nextends = "smoke"\nseed = 7\n[profiles.smoke]\nextends = "smoke"\nmax-time = 60\n')
    report = run("URL", "--spec", spec, "--only", "getHealth", "--profile", "mine")
    assert report["options"]["groups"] == ["examples", "security"]
    assert (report["seed"], report["options"]["max_time"]) == (7, 60)


def test_a_run_that_names_no_profile_is_that_of_the_profile_core():
    built_in = {name: choose(DOWN, name, None, None).options for name in ("core", "smoke", "extended")}
    assert choose(DOWN, None, None, None).options == built_in["core"]
    options, default = main.get_command(None, "check").params, Options()
    defaults = {each.opts[0].removeprefix("--"): each.default for each in options if isinstance(each, click.Option)}
    for key, value in built_in["core"].items():
        known = {"groups": ",".join(default.groups)}
        assert value == known.get(key, defaults[key]), key
    assert set(built_in["smoke"]) <= set(built_in["core"]) == set(built_in["extended"])
    assert all(built_in["extended"][each] > built_in["core"][each] for each in ("generated", "max-pages"))


def test_a_profile_says_how_much_is_generated_and_read(project, run, spec, server_of, shop):
    project("[profiles.little]\ngenerated = 1\n[profiles.more]\ngenerated = 40\n")
    sent = {}
    for profile in ("little", "more"):
        server = server_of(shop)
        least = ("--spec", spec, "--only", "listItems", "--groups", "schema")
        run("URL", "--profile", profile, *least, server=server)
        sent[profile] = len(server.log)
    assert sent["more"] - sent["little"] > 10


def test_the_command_that_repeats_a_run_names_the_target_and_the_profile(project, run):
    settings = (
        '[targets.staging]\nurl = "URL"\nspec = "SPEC"\nfor = "own"\nonly = ["getHealth"]\n'
        '[profiles.mine]\ngroups = ["examples", "security"]\nseed = 5\n'
    )
    project(settings, "other.toml")
    words = ("staging", "--config", "other.toml", "--profile", "mine", "--for", "vendor", "--groups", "examples")
    report = run(*words, file="other.toml")
    again = report["again"].split()
    assert again[:6] == ["adcontract", "check", "staging", "--config", "other.toml", "--profile"]
    project(settings, "other.toml")
    repeated = run(*again[2:], file="other.toml")
    assert repeated["options"] == report["options"]
    assert repeated["again"] == report["again"]


def test_every_setting_is_an_option_of_the_command_and_every_option_a_setting():
    options = {each.opts[0].removeprefix("--") for each in main.get_command(None, "check").params}
    settings = {field.encode_name for field in model.msgspec.structs.fields(model.TargetEntry)}
    only_here = {"url", "profile", "credentials", "headers", "proxy", "known"}
    only_there = {"target", "config", "profile", "shard", "clear", "plan", "rules", "focus"}
    reports = {"verbose", "format", "output", "report", "junit", "json"}
    assert settings - only_here == options - only_there - reports
    assert tuple(model.GROUPS) == GROUPS


def test_the_token_comes_from_the_variable_that_the_file_names(project, spec, server_of, shop, command):
    sent = {}
    server = server_of(shop)
    for name, (token, env) in {
        "file": ((), {"SHOP_TOKEN": "from-file"}),
        "variable": ((), {"SHOP_TOKEN": "from-file", "ADCONTRACT_TOKEN": "from-variable"}),
        "option": (("--token", "from-option"), {"ADCONTRACT_TOKEN": "from-variable"}),
    }.items():
        server.log.clear()
        with server.up() as url:
            project(f'[targets.a]\nurl = "{url}"\ntoken = {{ env = "SHOP_TOKEN" }}\n')
            least = ("--spec", spec, "--only", "getItem", "--groups", "examples")
            command("a", *least, *token, env={"ADCONTRACT_TOKEN": None, "SHOP_TOKEN": None, **env})
        sent[name] = {each.headers.get("authorization") for each in server.log if each.path.startswith("/items")}
    assert sent == {name: {f"Bearer from-{name}"} for name in sent}


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("[targets.a", [], "adcontract.toml:1:11: not TOML: "),
        ("[target.a]\nurl = 'x'", [], "adcontract.toml:1:2: there is no key target. Did you mean targets?"),
        (
            "[targets.a]\nurl = 'http://a'\nmaxtime = 1",
            [],
            "adcontract.toml:3:1: there is no key maxtime. Did you mean max-time?",
        ),
        ("targets.a.url = 3", [], "adcontract.toml:1:11: url takes a text or a table, not a whole number."),
        (
            "[targets.a]\nurl = 'http://a'\ngroups = ['examples', 'exampels']",
            [],
            "adcontract.toml:3:23: there is no group exampels. Did you mean examples?",
        ),
        ("[targets.a]\nurl = 'http://a'\napi = 'topsrt'", [], "adcontract.toml:3:1: there is no API topsrt. Did you"),
        (
            "[targets.a]\nurl = 'http://a'\nonly = ['getOffer',\n  'getOffr']",
            [],
            "adcontract.toml:4:3: there is no operation getOffr. Did you mean getOffer?",
        ),
        (
            "[profiles.p]\nchecks = ['mine.py']",
            ["http://a", "--profile", "p"],
            "adcontract.toml:2:1: there is no file mine.py. ",
        ),
        (
            "[targets.a]\nurl = 'http://a'\ntoken = 's3cr3t'",
            [],
            "adcontract.toml:3:1: a secret does not belong in a file. Put it into an environment variable: { env = ",
        ),
        (
            "[targets.a]\nurl = 'http://user:s3cr3t@a'",
            [],
            "adcontract.toml:2:1: a URL with a password does not belong in a file. Put it into an environment variable",
        ),
        (
            "[targets.a]\nurl = 'http://a'\ntoken.env = 'MISSING_TOKEN'",
            [],
            "adcontract.toml:3:7: the environment has no MISSING_TOKEN. Set it, as in: export MISSING_TOKEN=…",
        ),
        ("[targets.a]\nurl = 'a:4010'", [], "adcontract.toml:2:1: not the URL of a server. Write it as http://127"),
        (
            "[targets.a]\nurl = 'http://a'\nrate = 'fast'",
            [],
            "adcontract.toml:3:1: rate takes a text such as 10/s or 300/min.",
        ),
        ("[targets.a]\nurl = 'http://a'\nca = 'ca.pem'", [], "adcontract.toml:3:1: there is no file ca.pem. "),
        ("[targets.a]\nurl = 'http://a'\nspec = 'spec'", [], "adcontract.toml:3:1: there is no folder spec. "),
        (
            "[targets.a]\nurl = 'http://a'\nprofile = 'smok'",
            [],
            "adcontract.toml:3:1: there is no profile smok. Did you mean smoke? Known: smoke, core, extended.",
        ),
        (
            "[targets.a]\nurl = 'http://a'\n[profiles.b]\nextends = 'smok'",
            ["a", "--profile", "b"],
            "adcontract.toml:4:1: there is no profile smok. Did you mean smoke?",
        ),
        (
            "[profiles.b]\nextends = 'c'\n[profiles.c]\nextends = 'b'",
            [DOWN, "--profile", "b"],
            "adcontract.toml:4:1: b extends c extends b, in a circle. Extend another.",
        ),
        (
            "[targets.staging]\nurl = 'http://a'\n[targets.live]\nurl = 'http://b'",
            ["stagin"],
            "adcontract.toml: there is no target stagin. Did you mean staging? Known: staging, live.",
        ),
        (
            "[targets.staging]\nurl = 'http://a'\n[targets.live]\nurl = 'http://b'",
            [],
            "adcontract.toml: name one of its targets, or a URL. Known: staging, live.",
        ),
        ("", [], "adcontract.toml: name one of its targets, or a URL. The file has none: add [targets.NAME] with a"),
        ("", [DOWN, "--profile", "x"], "There is no profile x. Known: smoke, core, extended."),
        ("", ["a", "--config", "/dev/zero"], "/dev/zero cannot be read: it is a device. "),
        ("", [" "], "TARGET is empty. Give a URL, or the name of a target; "),
        ("[targets.a]\nurl = 'http://a'\nrate = '0/s'", ["a"], "adcontract.toml:3:1: rate takes a text such as 10/s"),
        ("", ["a", "--config", "none.toml"], "none.toml cannot be read: no such file or directory. "),
    ],
)
def test_a_mistake_is_one_line_with_its_place(project, command, text, arguments, message):
    project(text)
    result = command(*arguments)
    assert result.exit_code == 2
    assert result.output.startswith(f"Error: {message}"), result.output
    assert len(result.output.strip().splitlines()) == 1
    assert "s3cr3t" not in result.output


def test_an_authority_that_the_user_gives_stands_in_the_place_of_insecure(project, command):
    folder = project(f'[targets.a]\nurl = "{DOWN}"\ninsecure = true\n[targets.b]\nurl = "{DOWN}"\nca = "ca.pem"\n')
    (folder / "ca.pem").write_text("none")
    assert "ca.pem has no certificate in PEM" in command("a", "--ca", "ca.pem").output
    assert "does not answer" in command("a").output
    assert "does not answer" in command("b", "--insecure").output
    assert "ca.pem has no certificate in PEM" in command("b").output


def test_waivers_beside_the_settings_are_taken_from_a_folder_below(project, run, monkeypatch):
    settings = '[targets.a]\nurl = "URL"\nspec = "SPEC"\ngroups = ["examples"]\nonly = ["getHealth"]\n'
    folder = project(settings)
    (folder / "waivers.toml").write_text("[[waiver]]\n")
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    assert "waivers.toml:1:3: " in run("a")


def test_a_variable_is_missed_only_for_the_target_that_is_used(project, command):
    project(f'[targets.a]\nurl = "{DOWN}"\n[targets.b]\nurl = "{DOWN}"\ntoken = {{ env = "MISSING_TOKEN" }}\n')
    assert f"Error: {DOWN} does not answer" in command("a").output
    assert "MISSING_TOKEN" in command("b").output
    assert f"Error: {DOWN} does not answer" in command("b", "--token", "x").output


README, EXAMPLE = ROOT / "conformance" / "README.md", ROOT / "examples" / "ci" / "adcontract.toml"


@pytest.mark.parametrize("file", [README, EXAMPLE], ids=lambda file: file.name)
def test_the_examples_of_the_documentation_are_understood(project, monkeypatch, file):
    text = file.read_text()
    project(re.search("```toml\n(.*?)```", text, re.DOTALL)[1] if file.suffix == ".md" else text)
    for name in ("STAGING_TOKEN", "GATEWAY_KEY", "VENDOR_TOKEN"):
        monkeypatch.setenv(name, "x")
    names = list(tomllib.loads(Path("adcontract.toml").read_text())["targets"])
    for name in names:
        settled = choose(name, None, None, None)
        check_names(settled, checked_contracts(None, settled.options["api"], None, ()), None)
    assert "staging" in names


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_is_one_line(project, command):
    (project("") / "adcontract.toml").chmod(0)
    assert command("a").output.startswith("Error: adcontract.toml cannot be read: permission denied. ")
