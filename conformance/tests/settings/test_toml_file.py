"""A TOML file is read as typed data, and each mistake in it is one line with its place, its cause and its fix."""

import tomllib
from typing import Annotated, Literal

import pytest
from msgspec import UNSET, Meta, Struct, UnsetType

from adcontract import UsageError
from adcontract_conformance.settings.toml_file import decode, read
from adcontract_conformance.settings.toml_places import places


class Secret(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    INSTEAD_OF_TEXT = "write the name of a variable."
    env: str


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    url: str
    token: Secret | UnsetType = UNSET
    max_time: Annotated[float, Meta(gt=0)] | UnsetType = UNSET
    kinds: list[Literal["new", "old"]] | UnsetType = UNSET
    known: dict[str, dict[str, str | int]] = {}


class Everything(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    targets: dict[str, Entry] = {}
    waivers: list[Entry] = []


MUCH = (
    r'''# every way to write a key, and every value that could be taken for one
title = "a # no = comment [no.table]"
"quoted.key" = 'C:\'
'it''s' = 1
"tab\tbed" = """
[no.table]
no = "key" \"""
"""
literal = \'\'\'
[[no.table]]
'' \'\'\'
dotted . "two words".last = 1979-05-27 07:32:00
  indented = [1, # one
    "two ] , [", [ { deep = [true] }, {} ],
  ]
inline = { a = 1, b.c = { "d e" = [ { f = 1.5e3 } ] }, empty = {} }

[table] # a comment
key = "ends\\"
[table."sub.table".x]
y = 0x_ff
[[items]]
name = 1
[[items.parts]]
name = 2
[[items.parts]]
name = 3
[items.table]
z = 4
[[items]]
name = 5
[[items.parts]]
name = 6
'''.replace("'it''s'", "'its'")
    .replace("0x_ff", "0xff")
    .replace(r"\'", "'")
    .replace("'C:'", "'C:\\'")
)


def paths(data, path=()):
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        yield (*path, key)
        yield from paths(value, (*path, key))


def test_the_place_of_every_key_and_list_item_is_known():
    data, found, lines = tomllib.loads(MUCH), places(MUCH), MUCH.splitlines()
    assert set(found) == set(paths(data))
    assert len(found) > 40
    for path, (line, column) in found.items():
        rest = lines[line - 1][column - 1 :]
        names = [each for each in path if isinstance(each, str)]
        spelled = (names[-1], f'"{names[-1]}"', f"'{names[-1]}'", '"tab\\tbed"')
        is_item = isinstance(path[-1], int) and path[0] != "items"
        assert rest.startswith(spelled) or is_item, (path, rest)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a = ", "1:5", 'not TOML: Invalid value. Texts stand in quotes, as in key = "text".'),
        ("[targets.a]\nurl = x", "2:7", "not TOML: "),
        ("[targets.a]\nurl = 'x'\nurl = 'y'", "3:10", "a key or a table is written twice: "),
        ("[targets.a", "1:11", "not TOML: "),
        ("[target.a]\nurl = 'x'", "1:2", "there is no key target. Did you mean targets? Known: targets, waivers."),
        (
            "[targets.ok]\nurl = 'x'\n[targets.a]\nurl = 'x'\nmaxtime = 1",
            "5:1",
            "there is no key maxtime. Did you mean max-time? Known: url, token, max-time, kinds, known.",
        ),
        ("targets.a.url = 3", "1:11", "url takes a text, not a whole number."),
        ("[targets]\na = { url = 'x', max-time = 'y' }", "2:18", "max-time takes a number, not a text."),
        ("[targets.a]\nurl = 'x'\nmax-time = 0", "3:1", "max-time takes a number above 0."),
        ("[targets.a]\nmax-time = 3", "1:10", 'targets.a has no url. Add it, as in url = "…".'),
        (
            "[targets.a]\nurl = 'x'\nkinds = [\n  'new',\n  'odl',\n]",
            "5:3",
            "the list takes new or old, not odl. Did you mean old?",
        ),
        ("[targets.a]\nurl = 'x'\ntoken = 's3cr3t'", "3:1", "write the name of a variable."),
        ("[targets.a]\nurl = 'x'\ntoken = 3", "3:1", "token takes a table, not a whole number."),
        (
            "[targets.a]\nurl = 'x'\n[targets.a.known.'get it']\nid = 1\n'the id' = [1]",
            "5:1",
            "the id takes a whole number or a text, not a list.",
        ),
        ("[[waivers]]\nurl = 'x'\n[[waivers]]\nurl = 'x'\nname = 1", "5:1", "there is no key name."),
        ("\ufeff[targets.a]\r\nurl = 'x'\r\n\r\nurls = 1", "4:1", "there is no key urls. Did you mean url?"),
    ],
)
def test_a_mistake_is_reported_with_its_place_its_cause_and_its_fix(tmp_path, text, place, message):
    file = tmp_path / "a.toml"
    file.write_bytes(text.encode())
    with pytest.raises(UsageError) as caught:
        read(file, Everything)
    (line,) = caught.value.lines()
    assert line.startswith(f"{file}:{place}: {message}"), line
    assert "s3cr3t" not in line


def test_the_right_one_of_several_entries_is_named(tmp_path):
    text = "".join(f"[targets.t{number}]\nurl = {'3' if number in (4, 6) else repr('x')}\n" for number in range(9))
    with pytest.raises(UsageError) as caught:
        decode(tmp_path / "a.toml", text, Everything)
    assert f"{tmp_path / 'a.toml'}:10:1: url takes a text" in str(caught.value)


def test_a_file_that_cannot_be_read_is_reported_in_one_line(tmp_path):
    with pytest.raises(UsageError, match=r"none\.toml cannot be read: no such file or directory\. "):
        read(tmp_path / "none.toml", Everything)
    with pytest.raises(UsageError, match=r"cannot be read: is a directory\. "):
        read(tmp_path, Everything)
    (tmp_path / "latin.toml").write_bytes("# é\nurl = 'ü'".encode("latin-1"))
    with pytest.raises(UsageError, match=r"latin\.toml:1:3: a character is not UTF-8\. Save the file as UTF-8\."):
        read(tmp_path / "latin.toml", Everything)


def test_a_later_error_has_the_place_of_its_key(tmp_path):
    file = decode(tmp_path / "a.toml", "[targets.a]\nurl = 'x'\n[targets.a.known.op]\nid = 1\n", Everything)
    assert file.value.targets["a"].known == {"op": {"id": 1}}
    assert str(file.where("targets", "a", "known", "op", "id")).endswith("a.toml:4:1")
    assert str(file.where("targets", "a", "token")).endswith("a.toml:1:10")
    assert str(file.error(("targets", "a"), "gone.")).endswith("a.toml:1:10: gone.")
