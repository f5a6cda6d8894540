"""An upload may be JSON or a form (RFC 7578), and both are held to the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

PHOTOS = "/plants/1/photos"
IMAGE = ("rose.png", b"\x89PNG\r\n\x00\xff", "image/png")


@pytest.mark.parametrize(
    "form",
    [
        {"files": {"photo": IMAGE}},
        {"files": {"photo": IMAGE}, "data": {"stars": "5", "tags": ["1", "2"], "more": "x"}},
        {"files": {"photo": IMAGE, "soil": (None, b'{"kind": "clay"}', "application/json")}},
        {"files": {"photo": (None, b"text in place of a file")}},
        {"files": {"photo": ("empty.png", b"")}},
    ],
)
def test_a_form_that_fits_is_taken(garden: httpx.Client, form: dict[str, Any]) -> None:
    response = garden.post(PHOTOS, **form)
    assert response.status_code == 201, response.text


def test_json_is_still_taken(garden: httpx.Client) -> None:
    assert garden.post(PHOTOS, json={"photo": "x"}).status_code == 201


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"files": {"other": IMAGE}}, "photo is missing"),
        ({"files": {"photo": ("a", b"x" * 100_001)}}, "photo: "),
        ({"files": {"photo": IMAGE}, "data": {"stars": "6"}}, "stars: 6 is greater than the maximum of 5"),
        ({"files": {"photo": IMAGE}, "data": {"stars": "many"}}, 'stars: "many" is not of type "integer"'),
        ({"files": {"photo": IMAGE}, "data": {"tags": ["1", "x"]}}, 'tags.1: "x" is not of type "integer"'),
        ({"files": {"photo": IMAGE}, "data": {"soil": "clay"}}, 'soil: "clay" is not of type "object"'),
    ],
)
def test_a_form_that_does_not_fit_is_refused_by_field(garden: httpx.Client, form: dict[str, Any], problem: str) -> None:
    response = garden.post(PHOTOS, **form)
    assert response.status_code == 422
    assert response.json()["problem"].startswith(problem)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--x--\r\n"),
        ("multipart/form-data; boundary=x", b"no form"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="photo"\r\n\r\nends'),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="soil"\r\n'
            b"Content-Type: application/json\r\n\r\n{\r\n--x--\r\n",
        ),
        ("application/x-www-form-urlencoded", b"photo=x"),
    ],
)
def test_a_body_that_is_not_a_form_is_malformed(garden: httpx.Client, content_type: str, body: bytes) -> None:
    response = garden.post(PHOTOS, content=body, headers={"Content-Type": content_type})
    assert response.status_code == 400
    assert response.json()["problem"].startswith("body ")


def test_a_large_file_stays_as_it_is(real: httpx.Client) -> None:
    image = bytes(range(256)) * 20_000
    response = real.post("/v2/image-uploads", files={"image": ("a.png", image)}, headers={"Authorization": "x"})
    assert response.status_code == 200
