"""The payloads of the real server are kept as files for a folder of contracts, without secrets and addresses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from adcontract.cli import main

if TYPE_CHECKING:
    import pytest

SPEC = Path(__file__).parents[1] / "spec"
TOKEN = "tok-5f0c1d2e3a4b"
TOTAL = ("X-Total", "1")
FOLDER = Path("library/examples/v1")
ROW = {"id": 1, "title": "One"}


def test_a_payload_and_its_request_are_named_as_a_contract_wants_them(before: Any, server: Any, tmp_path: Path) -> None:
    with before(save=tmp_path) as client:
        client.get("/v1/books?author=Ann&size=2")
        server.answers({"id": 9, "title": "Ö"}, status=201, headers=[])
        client.post("/v1/books", json={"title": "Ö"})
        server.answers({"message": "No."}, status=404, headers=[])
        client.get("/v1/books/4")
        response = client.get("/v1/books?size=4")
        entry = client.get("/_mock/requests?limit=1").json()["requests"][0]
    folder = tmp_path / FOLDER
    assert sorted(file.name for file in folder.iterdir()) == [
        "NotFound.seen-1.json",
        "addBook.201.seen-1.json",
        "addBook.request.seen-1.json",
        "getBook.404.seen-1.json",
        "getBook.parameters.seen-1.json",
        "listBooks.200.seen-1.json",
        "listBooks.parameters.seen-1.json",
    ]
    assert json.loads((folder / "listBooks.parameters.seen-1.json").read_text()) == {
        "query": {"author": "Ann", "size": 2}
    }
    assert (folder / "addBook.201.seen-1.json").read_text() == '{\n  "id": 9,\n  "title": "Ö"\n}\n'
    assert entry["upstream"]["saved"] == ["library/examples/v1/NotFound.seen-1.json"]
    assert response.headers["mock-explain"].endswith("saved library/examples/v1/NotFound.seen-1.json")


def test_the_files_can_be_put_into_the_contract_as_they_are(before: Any, server: Any, tmp_path: Path) -> None:
    with before(save=tmp_path / "seen") as client:
        client.get("/v1/books?author=Ann")
        server.answers({"id": 9, "title": "Two"}, status=201, headers=[])
        client.post("/v1/books", json={"title": "Two"})
        server.answers({"message": "No."}, status=404, headers=[])
        client.get("/v1/books/4")
        client.get("/v1/books?size=4")
    shutil.copytree(SPEC / "library", tmp_path / "spec/library")
    before_rules = _findings(tmp_path / "spec")
    shutil.copytree(tmp_path / "seen/library", tmp_path / "spec/library", dirs_exist_ok=True)
    assert _findings(tmp_path / "spec") == before_rules
    with before(spec=tmp_path / "spec", upstream=None) as mock:
        assert mock.get("/v1/books?author=Ann").json() == [ROW]
        assert mock.post("/v1/books", json={"title": "Two"}).json()["id"] == 9


def _findings(spec: Path) -> list[str]:
    report = CliRunner().invoke(main, ["lint", "--spec", str(spec), "--format", "json"]).stdout
    return sorted({each["rule"] for each in json.loads(report)["findings"]})


def test_no_secret_and_no_address_is_in_a_payload_the_journal_a_record_or_the_headers(
    before: Any, server: Any, tmp_path: Path
) -> None:
    row = {
        **ROW,
        "email": "Ann.Doe@shop.de",
        "note": "ask ann.doe@shop.de or bob@shop.de, see https://shop.de/?to=bob%40shop.de&token=signed-abc",
        "access_token": "at-9f8e7d6c",
        "nested": {"apiKey": "ak-31415926", "password": "hunter22", "pin": 1234, "token_type": "bearer"},
        "echo": f"you sent {TOKEN} and cookie-987654",
        "jwt_in_text": "eyJhbGciOi.eyJzdWIiOi.sig-part",
        "link": "https://user:pass-word@shop.de/a",
        "nextPageToken": "page-2",
        "address": "kind@example.com",
    }
    server.answers([row, row], headers=[TOTAL, ("Set-Cookie", "sid=cookie-from-server")])
    with before(save=tmp_path) as client:
        client.get("/v1/books", headers={"Cookie": "theirs=cookie-987654", "X-Api-Key": "key-271828"})
        client.post("/v1/books", json={"title": "T", "password": "my-own-pass", "mail": "x@shop.de"})
        client.get("/v1/books?author=my-own-pass")
        listed = client.get("/_mock/requests").text
        archive = client.get("/_mock/requests.har").text
    files = {file.name: file.read_text() for file in (tmp_path / FOLDER).iterdir()}
    secrets = (TOKEN, "at-9f8e7d6c", "ak-31415926", "hunter22", "cookie-987654", "key-271828", "my-own-pass")
    for text in (listed, archive, *files.values()):
        for secret in (*secrets, "cookie-from-server"):
            assert secret not in text
    for secret in (
        "shop.de/?to=bob",
        "signed-abc",
        "eyJhbGci",
        "pass-word",
        "ann.doe",
        "Ann.Doe",
        "bob@",
        "x@shop",
        "1234",
    ):
        assert not [name for name, text in files.items() if secret in text], secret
    (first, _) = json.loads(files["listBooks.200.seen-1.json"])
    assert first["email"] == "creator@example.com"
    assert first["note"].startswith(
        "ask creator@example.com or creator2@example.com, see https://shop.de/?to=creator2%40"
    )
    assert (first["nextPageToken"], first["address"], first["nested"]["token_type"]) == (
        "page-2",
        "kind@example.com",
        "bearer",
    )
    assert first["nested"]["password"] == "[redacted]"
    sent = server.got[0]
    assert sent.header("authorization") == [f"Bearer {TOKEN}"]
    assert sent.header("cookie") == ["theirs=cookie-987654"]


def test_a_secret_is_found_wherever_real_payloads_have_one(before: Any, server: Any, tmp_path: Path) -> None:
    row = {
        **ROW,
        "token": {"value": "nested-9f8e7d", "type": "kind-of-it"},
        "credentials": {"users": [{"id": "listed-5a4b3c"}]},
        "callback": "https://app.shop.de/cb#access_token=fragment-1a2b&state=4",
        "login": "https://app.shop.de/login?next=/cb?token=second-3c4d",
        "log": "User{name=Ann, token=braces-5e6f} (password=round-7a8b) a=1,secret=comma-9c0d",
        "database": "postgres://ann:sla@sh-1b2c@db.shop.de/books",
        "jwt": "id-eyJhbGciOi.eyJzdWIiOi.sig-part",
        "pem": "-----BEGIN PRIVATE KEY-----\nMIIkeykey+0b1c\n-----END PRIVATE KEY-----",
        "trace": "> Authorization: Bearer line-2d3e",
    }
    server.answers([row], headers=[TOTAL])
    with before(save=tmp_path) as client:
        client.get("/v1/books")
        client.post("/v1/books", json={"title": "T", "a": {"secret": [{"b": {"c": "deep-4f5a"}}]}})
        listed = client.get("/_mock/requests").text
    kept = "".join(file.read_text() for file in (tmp_path / FOLDER).iterdir())
    for secret in ("nested-9f8e7d", "fragment-1a2b", "second-3c4d", "braces-5e6f", "round-7a8b", "comma-9c0d"):
        assert secret not in kept
        assert secret not in listed
    for secret in ("listed-5a4b3c", "ann:", "sla@", "sh-1b2c", "eyJhbGci", "MIIkeykey", "line-2d3e", "deep-4f5a"):
        assert secret not in kept
        assert secret not in listed
    for shown in ("https://app.shop.de/cb#access_token=", "&state=4", "name=Ann, ", "@db.shop.de/books", '"id": 1'):
        assert shown in kept


def test_what_is_left_of_a_payload_in_the_journal_is_still_json(before: Any, server: Any) -> None:
    texts = [
        'say "Token: quoted-1a2b" to',
        "Token: back\\slash-3c4d",
        '"?token=pair-5e6f"',
        "https://u:user-7a8b@shop.de/",
    ]
    body = json.dumps([{**ROW, "texts": texts}]).replace("/", "\\/")
    server.answers(body.encode(), headers=[TOTAL])
    with before() as client:
        client.get("/v1/books")
        text = client.get("/_mock/requests?limit=1").json()["requests"][0]["response"]["body"]["text"]
    assert json.loads(text)[0]["texts"] == [
        'say "Token: [redacted]" to',
        "Token: [redacted]",
        '"?token=[redacted]"',
        "https://[redacted]@shop.de/",
    ]


def test_long_texts_and_lists_of_numbers_take_no_longer_than_others(before: Any, server: Any, tmp_path: Path) -> None:
    image, numbers = "data:image/png;base64," + "iVBORw0KGgo+" * 6000, list(range(12_000))
    server.answers([{**ROW, "image": image, "dotted": "a." * 30_000, "numbers": numbers}], headers=[TOTAL])
    with before(save=tmp_path) as client:
        started = perf_counter()
        client.get("/v1/books")
        client.post("/v1/books", json={"title": "T", "numbers": numbers})
        client.get("/_mock/requests")
        client.get("/_mock/requests.har")
        assert perf_counter() - started < 5
    (row,) = json.loads((tmp_path / FOLDER / "listBooks.200.seen-1.json").read_text())
    assert (row["image"], row["numbers"]) == (image, numbers)


def test_of_equal_requests_the_first_is_kept_also_over_a_restart(before: Any, server: Any, tmp_path: Path) -> None:
    for number in (1, 2):
        with before(save=tmp_path) as client:
            server.answers([{"id": number, "title": "One"}], headers=[TOTAL])
            client.get("/v1/books?size=1")
            client.get("/v1/books?size=1&unknown=1")
    with before(save=tmp_path) as client:
        client.get("/v1/books?size=2")
    kept = sorted(file.name for file in (tmp_path / FOLDER).glob("listBooks.200.*"))
    assert kept == ["listBooks.200.seen-1.json", "listBooks.200.seen-2.json"]
    assert json.loads((tmp_path / FOLDER / kept[0]).read_text())[0]["id"] == 1


def test_of_a_request_that_is_not_valid_only_the_answer_is_kept(before: Any, server: Any, tmp_path: Path) -> None:
    server.answers({"message": "No."}, status=422, headers=[])
    with before(save=tmp_path) as client:
        client.get("/v1/books?size=500")
        server.answers(b"not JSON", status=200)
        client.get("/v1/books")
    assert [file.name for file in (tmp_path / FOLDER).iterdir()] == ["listBooks.422.seen-1.json"]


def test_numbers_are_kept_as_they_are_and_what_no_file_can_show_is_left_out(
    before: Any, server: Any, tmp_path: Path
) -> None:
    with before(save=tmp_path) as client:
        server.answers(b'[{"id": 123456789012345678901234567890, "title": "One"}]', headers=[TOTAL])
        assert client.get("/v1/books?size=1").status_code == 200
        server.answers(b"[" * 1000 + b"]" * 1000, headers=[TOTAL])
        assert client.get("/v1/books?size=2").status_code == 200
    (kept,) = (tmp_path / FOLDER).glob("listBooks.200.*")
    assert json.loads(kept.read_text())[0]["id"] == 123456789012345678901234567890


def test_a_folder_that_is_gone_spoils_no_answer(
    before: Any, server: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with before(save=tmp_path / "seen") as client:
        (tmp_path / "seen/library").write_text("a file in its place")
        assert client.get("/v1/books").status_code == 200
    assert "cannot be written" in capsys.readouterr().err
    assert len(server.got) == 1


def test_the_command_says_what_goes_together(tmp_path: Path) -> None:
    def refused(*options: str) -> str:
        result = CliRunner().invoke(main, ["mock", "--spec", str(SPEC), "--api", "library", *options])
        assert result.exit_code == 2
        return result.output

    assert "--save is about --upstream" in refused("--save", str(tmp_path))
    assert "--on-breach is about --upstream" in refused("--on-breach", "fail")
    assert "--stateful is about what the mock answers" in refused("--stateful", "--upstream", "http://127.0.0.1:9")
    assert "--save needs one worker" in refused("--save", str(tmp_path), "--workers", "2", "--upstream", "http://a")
    assert "is not the URL of a server" in refused("--upstream", "nonsense", "--port", "0")
