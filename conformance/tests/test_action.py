"""The GitHub Action: its step `Check` is run as GitHub runs it, on a server of the tests. And the examples for CI."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "ci"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
(CHECK,) = [step for step in ACTION["runs"]["steps"] if step.get("name") == "Check"]


@pytest.fixture
def step(tmp_path, spec):
    """Run the step with inputs; return its status, what it printed, its output and its summary."""
    program = tmp_path / "bin" / "adcontract"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom adcontract.cli import main\nmain()\n")
    program.chmod(0o755)

    def run(target, args="", token=""):
        inputs = {"target": target, "args": f"--spec {spec} {args}", "token": token, "report": "reports/contract"}
        given = {name: text.removeprefix("${{ inputs.").removesuffix(" }}") for name, text in CHECK["env"].items()}
        files = {"GITHUB_OUTPUT": tmp_path / "output", "GITHUB_STEP_SUMMARY": tmp_path / "summary"}
        env = {"PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
        env |= {name: str(file) for name, file in files.items()}
        env |= {name: inputs[text] for name, text in given.items()}
        script = tmp_path / "script.sh"
        script.write_text(CHECK["run"])
        line = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        done = subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
        output, summary = (file.read_text() if file.exists() else "" for file in files.values())
        return done, output, summary

    return run


def broken(sent, reply):
    return reply.with_json({"sold": "many"}) if sent.path == "/stats" and reply.status == 200 else reply


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "status"), [(None, 0), (broken, 1)])
def test_the_action_ends_as_the_check_does_with_a_summary_annotations_and_reports(
    server_of, shop, step, tmp_path, fault, status
):
    server = server_of(shop, fault)
    with server.up() as url:
        done, output, summary = step(url, "--groups examples --for own --allow-untried", "s3cret")
    assert done.returncode == status, done.stdout + done.stderr
    assert output == f"status={status}\n"
    assert ("::error" in done.stdout) is bool(status)
    assert "shop v1" in summary
    assert {"summary.md", "report.sarif", "report.json", "junit.xml"} <= {
        file.name for file in (tmp_path / "reports/contract").iterdir()
    }
    assert any("s3cret" in each.headers.get("authorization", "") for each in server.log)


@pytest.mark.slow
def test_the_action_without_a_server_is_undetermined(step):
    done, output, summary = step("http://127.0.0.1:9")
    assert (done.returncode, output, summary) == (2, "status=2\n", "")
    assert "does not answer" in done.stderr


def test_the_action_has_what_it_needs():
    inputs = {text.split("inputs.")[1].split()[0] for text in CHECK["env"].values()}
    assert inputs | {"upload-sarif"} == ACTION["inputs"].keys()
    steps = ACTION["runs"]["steps"]
    assert all(step["shell"] == "bash" for step in steps if "run" in step)
    assert all(len(step["uses"].rpartition("@")[2]) == 40 for step in steps if "uses" in step)
    (install,) = [step["run"] for step in steps if step.get("name") == "Install adcontract"]
    assert "$GITHUB_ACTION_PATH" in install
    assert (ROOT / "requirements.txt").is_file()


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("staging", ["github-gate.yml", "gitlab-ci.yml", "container.sh"]),
        ("vendor", ["github-watch.yml", "gitlab-ci.yml", "container.sh"]),
    ],
)
def test_the_targets_of_the_examples_need_nothing_but_the_variables_that_the_files_pass_on(command, name, files):
    variable = f"{name.upper()}_TOKEN"
    result = command(name, "--config", str(EXAMPLES / "adcontract.toml"), env={variable: None})
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert f"the environment has no {variable}" in result.output
    assert all(variable in (EXAMPLES / file).read_text() for file in files)


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yml")), ids=lambda file: file.name)
def test_the_workflows_of_the_examples_are_pinned_and_ask_for_no_more_than_they_need(file):
    workflow = yaml.safe_load(file.read_text())
    if file.name.startswith("github"):
        assert workflow["permissions"]["contents"] == "read"
        for job in workflow["jobs"].values():
            used = [step["uses"] for step in job["steps"] if "uses" in step]
            assert "OWNER/adcontract@v0.1.0" in used
            assert all(len(each.rpartition("@")[2]) == 40 for each in used if not each.startswith("OWNER/"))
    else:
        assert {"contract", "vendor", "vendor-watch"} <= workflow.keys()


@pytest.mark.parametrize(
    ("which", "statuses", "status", "calls"),
    [
        ("gate", [0], 0, ["check staging"]),
        ("gate", [1], 1, ["check staging"]),
        ("vendor", [0, 0], 0, ["check vendor", "watch vendor"]),
        ("vendor", [1, 0], 1, ["check vendor", "watch vendor"]),
        ("vendor", [0, 1], 1, ["check vendor", "watch vendor"]),
        ("", [], 2, []),
    ],
)
def test_the_script_for_containers_runs_what_it_says(tmp_path, which, statuses, status, calls):
    docker, log = tmp_path / "docker", tmp_path / "log"
    (tmp_path / "statuses").write_text("".join(f"{each}\n" for each in statuses))
    docker.write_text(
        '#!/bin/sh\nwhile [ "$1" != adcontract ]; do shift; done\nshift 2\n'
        f'echo "$1 $2" >> {log}\n'
        f"status=$(head -1 {tmp_path}/statuses)\nsed -i 1d {tmp_path}/statuses\nexit $status\n"
    )
    docker.chmod(0o755)
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        [shutil.which("bash") or "bash", EXAMPLES / "container.sh", which], env=env, cwd=tmp_path, timeout=20
    )
    assert done.returncode == status
    assert (log.read_text().splitlines() if log.exists() else []) == calls
