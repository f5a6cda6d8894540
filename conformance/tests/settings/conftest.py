"""A project with an `adcontract.toml`, in which the command runs."""

import json
import shutil

import pytest

from adcontract import load


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A repository, which is the current folder; call it with the text of its adcontract.toml."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)

    def write(text, name="adcontract.toml"):
        (tmp_path / name).write_text(text)
        return tmp_path

    return write


@pytest.fixture
def run(command, shop, server_of, spec, tmp_path):
    """Run the command with a shop at the URL that stands for `URL` in the file; return its report, or its error."""

    def run(*arguments, env=None, file="adcontract.toml", server=None):
        with (server or server_of(shop)).up() as url:
            path = tmp_path / file
            path.write_text(path.read_text().replace("URL", url).replace("SPEC", spec))
            arguments = [url if each == "URL" else each for each in arguments]
            report = tmp_path / "report.json"
            report.unlink(missing_ok=True)
            result = command(*arguments, "--json", str(report), env={"ADCONTRACT_TOKEN": None, **(env or {})})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return json.loads(report.read_text()) if report.exists() else result.output.strip()

    return run


@pytest.fixture
def shop_with(spec, tmp_path):
    """Return the contract of the shop, in a folder of its own, with a file of it changed."""

    def shop_with(file, text, *changes):
        shutil.copytree(f"{spec}/shop", tmp_path / "spec" / "shop", dirs_exist_ok=True)
        (tmp_path / "spec" / "shop" / file).write_text(text)
        for name, old, new in changes:
            changed = tmp_path / "spec" / "shop" / name
            changed.write_text(changed.read_text().replace(old, new))
        return load("shop", spec=tmp_path / "spec")

    return shop_with
