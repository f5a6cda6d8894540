"""How a target is reached: credentials of each scheme, headers, a proxy, known items; and no secret is ever shown."""

import base64
import json
import subprocess
from dataclasses import replace
from urllib.parse import quote

import pytest

SECRET = "s3cr3t:0123+45/67=="
SCHEME = "components/securitySchemes/bearerToken.yaml"
SCHEMES = {
    "bearer": ("type: http\nscheme: bearer\n", SECRET),
    "basic": ("type: http\nscheme: basic\n", base64.b64encode(SECRET.encode()).decode()),
    "header": ("type: apiKey\nin: header\nname: X-Key\n", SECRET),
    "query": ("type: apiKey\nin: query\nname: api_key\n", SECRET),
    "cookie": ("type: apiKey\nin: cookie\nname: session\n", SECRET),
}
FORMATS = ("json", "xml", "sarif", "md", "txt")
HEAD = '[targets.shop]\nurl = "URL"\nspec = "spec"\n'


def forms(secret):
    pair = base64.b64encode(secret.encode()).decode()
    return {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], pair, secret.rpartition(":")[2]}


def everything(folder, command, server, *arguments, env):
    """Run the command with every report, and return its result and all that it printed or wrote."""
    files = [folder / f"report.{each}" for each in FORMATS]
    outputs = [part for file in files for part in ("--output", str(file))]
    settings = folder / "adcontract.toml"
    with server.up() as url:
        settings.write_text(settings.read_text().replace("URL", url))
        result = command(*arguments, *outputs, env={"ADCONTRACT_TOKEN": None, **env})
    return result, "\n".join([result.output, *(file.read_text() for file in files)])


@pytest.mark.parametrize("kind", SCHEMES)
def test_a_credential_is_sent_where_its_scheme_has_it_and_never_shown(
    project, command, run, shop_with, server_of, kind
):
    declared, credential = SCHEMES[kind]
    folder = project(f'{HEAD}[targets.shop.credentials]\nbearerToken = {{ env = "SHOP_KEY" }}\n')
    contract = shop_with(SCHEME, declared)

    def picky(sent, reply):
        known = sent.operation is None or not sent.operation.secured or server.credential(sent) == credential
        return reply if known else server.error("unauthenticated", sent.operation)

    server = server_of(contract, picky)
    env = {"SHOP_KEY": SECRET}
    report = run("shop", "--groups", "examples,security", server=server, env=env)
    assert report["apis"][0]["outcome"] == "pass"
    tried = {each["check"]: each["outcome"] for each in report["apis"][0]["results"] if each["operation"] == "getItem"}
    assert tried["security.token"] == tried["security.missing"] == "pass"

    def echoes(sent, reply):
        reply = picky(sent, reply)
        line = f"{sent.path}?{sent.query} {sent.headers.get('authorization')} {sent.headers.get('cookie')}"
        shown = {"id": server.credential(sent), "sold": line}
        if reply.status != 200:
            return reply
        return replace(reply, headers={**reply.headers, "X-You": line}).with_json(shown)

    server.fault = echoes
    project(f'{HEAD}[targets.shop.credentials]\nbearerToken = {{ env = "SHOP_KEY" }}\n')
    result, texts = everything(folder, command, server, "shop", "--groups", "examples", env=env)
    assert result.exit_code == 1
    assert "$SHOP_KEY" in texts
    assert not [each for each in forms(SECRET) if each in texts]
    curl = next(each for each in json.loads((folder / "report.json").read_text())["apis"][0]["findings"])["curl"]
    received = []
    server.fault = lambda sent, reply: (received.append(server.credential(sent)), reply)[1]
    with server.up() as url:
        line = curl.replace(json.loads((folder / "report.json").read_text())["target"], url)
        environment = {"PATH": "/usr/bin:/bin", **env}
        subprocess.run(["bash", "-c", line], env=environment, check=True, capture_output=True, timeout=20)
    assert received == [credential]


@pytest.fixture
def two_schemes(shop_with):
    """Return the contract of a shop that takes a bearer token and the key of a client, in the place that is given."""

    def two_schemes(place):
        return shop_with(
            "components/securitySchemes/appKey.yaml",
            f"type: apiKey\nin: {place}\nname: X-App\n",
            ("openapi.yaml", "  - bearerToken: []\n", "  - bearerToken: []\n    appKey: []\n"),
            (
                "openapi.yaml",
                "    bearerToken:\n",
                "    appKey:\n      $ref: components/securitySchemes/appKey.yaml\n    bearerToken:\n",
            ),
        )

    return two_schemes


@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_each_scheme_of_an_operation_gets_its_own_credential(project, run, two_schemes, server_of, workers):
    project(f"{HEAD}token.env = 'SHOP_TOKEN'\n[targets.shop.credentials]\nappKey.env = 'APP_KEY'\n")
    server = server_of(two_schemes("header"))
    server.credential = lambda sent: sent.headers.get("authorization", "")
    least = ("--groups", "examples,schema", "--only", "getItem", "--workers", workers)
    run("shop", *least, server=server, env={"SHOP_TOKEN": "one", "APP_KEY": "two"})
    secured = [sent for sent in server.log if sent.operation and sent.operation.secured]
    assert len(secured) > 20
    sent = {(each.headers.get("authorization"), each.headers.get("x-app")) for each in secured}
    assert sent == {("Bearer one", "two")}


def test_a_token_that_the_user_gives_stands_in_the_place_of_all_credentials_of_the_file(
    project, run, shop_with, server_of
):
    project(f"{HEAD}[targets.shop.credentials]\nbearerToken.env = 'SHOP_KEY'\n")
    server = server_of(shop_with(SCHEME, SCHEMES["bearer"][0]))
    run("shop", "--groups", "examples", "--token", "mine", server=server)
    sent = {each.headers.get("authorization") for each in server.log if each.operation and each.operation.secured}
    assert sent == {"Bearer mine"}


def test_headers_go_with_each_request_and_the_secret_ones_are_not_shown(project, command, shop, server_of, spec):
    folder = project(
        f'{HEAD}headers = {{ X-Tenant = "blue", X-Gateway = {{ env = "GATEWAY" }} }}\n'.replace('"spec"', f'"{spec}"')
    )

    def echoes(sent, reply):
        said = sent.headers.get("x-gateway", "").replace("Bearer ", "")
        return replace(reply, headers={**reply.headers, "X-You": said}, body=json.dumps([said]).encode())

    server = server_of(shop, echoes)
    groups = ("--groups", "examples,security,schema", "--only", "getHealth", "--only", "getItem")
    _, texts = everything(folder, command, server, "shop", *groups, env={"GATEWAY": f"Bearer {SECRET}"})
    assert len(server.log) > 20
    assert {(each.headers.get("x-tenant"), each.headers.get("x-gateway")) for each in server.log} == {
        ("blue", f"Bearer {SECRET}")
    }
    assert SECRET not in texts
    curls = [each["curl"] for each in json.loads((folder / "report.json").read_text())["apis"][0]["findings"]]
    assert curls
    assert all("-H 'X-Tenant: blue'" in each and '-H "X-Gateway: $GATEWAY"' in each for each in curls), curls[0]


def test_requests_go_through_the_proxy(project, command, shop, server_of, spec):
    server = server_of(shop)
    with server.up() as proxy:
        project(f'[targets.shop]\nurl = "http://shop.invalid"\nspec = "{spec}"\nproxy = "{proxy}"\n')
        result = command("shop", "--groups", "examples,schema", "--only", "getItem")
    assert result.exit_code == 0, result.output
    assert len(server.log) > 20
    down = command("shop")
    assert "Error: http://shop.invalid does not answer: connection refused to its proxy. " in down.output


def test_a_known_item_stands_in_the_place_of_the_documented_one(project, run, shop, server_of, spec):
    def has_one(sent, reply):
        lacks = sent.path.startswith("/items/") and sent.path != "/items/77"
        return server.error("unknown-path", sent.operation) if lacks and sent.operation else reply

    server = server_of(shop, has_one)
    head = HEAD.replace('"spec"', f'"{spec}"')
    least = ("shop", "--only", "getItem", "--groups", "examples,security,rejection")
    project(head)
    without = run(*least, server=server)
    assert without["apis"][0]["untried"] == {"getItem": {"404": 1}}
    assert "/items/77" not in {each.path for each in server.log}
    project(f"{head}[targets.shop.known.getItem]\nitem_id = 77\n")
    server.log.clear()
    report = run(*least, server=server)
    assert report["apis"][0]["untried"] == {}
    assert report["apis"][0]["outcome"] == "pass"
    assert sum(each.path == "/items/77" for each in server.log) > 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "credentials.bearerTokn.env = 'SHOP_KEY'",
            "4:13: there is no security scheme bearerTokn. Did you mean bearerToken? Known: bearerToken.",
        ),
        (
            "[targets.shop.known.getItm]\nitem_id = 1",
            "4:21: there is no operation getItm. Did you mean getItem? ",
        ),
        (
            "[targets.shop.known.getItem]\nid = 1",
            "5:1: there is no parameter in the path or the query of getItem id. Known: item_id.",
        ),
        ("[targets.shop.known.getItem]\nitem_id = 'x'", "5:1: SPEC/shop/components/parameters/ItemId.yaml:"),
        (
            "[targets.shop.known.getItem]\nitem_id = [1]",
            "5:1: item_id takes true or false or a whole number",
        ),
        (
            "headers.Authorization.env = 'SHOP_KEY'",
            "4:9: Authorization carries the security scheme bearerToken. Name its variable in credentials.",
        ),
        ("headers.Authorization = 'Bearer s3cr3t'", "4:9: a secret does not belong in a file. "),
        ("headers.X-API-Key = 's3cr3t'", "4:9: a secret does not belong in a file. "),
        ("headers.Content-Type = 'text/html'", "4:9: the suite writes Content-Type itself. Leave it out."),
        ("headers.'X Y' = '1'", "4:9: X Y is not the name of a header. Correct it."),
        ("headers.X = 'é'", "4:9: X has characters that a header cannot carry. Use ASCII."),
        ("headers.X.env = 'MISSING_X'", "4:11: the environment has no MISSING_X. Set it, as in: export MISSING_X=…"),
        ("headers.X.env = 'BROKEN_X'", "4:11: BROKEN_X has characters that a header cannot carry. Use ASCII."),
        ("proxy = 'http://user:s3cr3t@a:1'", "4:1: a URL with a password does not belong in a file. "),
        ("proxy = 'a:1'", "4:1: not the URL of a proxy. Write it as http://host:port."),
        ("credentials.bearerToken = 's3cr3t'", "4:13: a secret does not belong in a file. "),
        ("token.env = ''", "4:7: env takes a text such as STAGING_TOKEN."),
    ],
)
def test_a_mistake_is_one_line_with_its_place(project, command, spec, text, message):
    project(f"[targets.shop]\nurl = 'http://127.0.0.1:1'\nspec = '{spec}'\n{text}\n")
    result = command("shop", env={"ADCONTRACT_TOKEN": None, "SHOP_KEY": "x", "BROKEN_X": "a\nb"})
    assert result.exit_code == 2
    assert result.output.startswith(f"Error: adcontract.toml:{message}".replace("SPEC", spec)), result.output
    assert len(result.output.strip().splitlines()) == 1
    assert "s3cr3t" not in result.output


def test_the_header_of_a_cookie_that_is_a_credential_is_refused(project, command, shop_with):
    shop_with(SCHEME, SCHEMES["cookie"][0])
    project('[targets.shop]\nurl = "http://127.0.0.1:1"\nspec = "spec"\nheaders.Cookie.env = "SESSION"\n')
    result = command("shop", env={"ADCONTRACT_TOKEN": None, "SESSION": "a=b"})
    assert "Error: adcontract.toml:4:9: Cookie carries the security scheme bearerToken. " in result.output


def test_a_credential_without_a_password_is_refused_where_the_scheme_is_basic(project, command, shop_with):
    shop_with(SCHEME, SCHEMES["basic"][0])
    project('[targets.shop]\nurl = "http://127.0.0.1:1"\nspec = "spec"\ncredentials.bearerToken.env = "SHOP_KEY"\n')
    result = command("shop", env={"ADCONTRACT_TOKEN": None, "SHOP_KEY": "s3cr3t"})
    assert result.output == (
        "Error: adcontract.toml:4:13: bearerToken is HTTP Basic, and SHOP_KEY has no colon. Give it as user:password.\n"
    )


def test_a_name_of_another_contract_of_the_folder_is_no_mistake(project, command):
    project(
        '[targets.mock]\nurl = "http://127.0.0.1:1"\n[targets.mock.credentials]\naccessToken.env = "MOCK_TOKEN"\n'
        "[targets.mock.known.getOffer]\noffer_id = 1\n"
    )
    result = command("mock", "--api", "topsort", env={"ADCONTRACT_TOKEN": None, "MOCK_TOKEN": "x"})
    assert "Error: http://127.0.0.1:1 does not answer" in result.output, result.output


@pytest.mark.slow
def test_no_secret_of_a_target_is_in_anything_that_a_run_writes(project, command, two_schemes, server_of):
    server = server_of(two_schemes("query"), lambda sent, reply: said(sent, reply))

    def said(sent, reply):
        heard = [f"{name} {value}" for name, value in sent.headers.items()]
        body = json.dumps([heard, sent.query, *unquoted(heard)]).encode()
        return replace(reply, headers={**reply.headers, "X-Heard": " ".join(heard)[:900]}, body=body)

    secrets = {
        "SHOP_TOKEN": "t0ken/of+the=shop",
        "APP_KEY": "k3y of & the app",
        "GATEWAY": "Bearer g4teway-s3cret",
        "SESSION": "sid=s3ssion-0f-us; theme=dark",
        "PROXY": "http://us3r:pr0xy-w0rd@127.0.0.1",
    }
    hidden = ("t0ken/of", "k3y of", "k3y%20of", "k3y+of", "g4teway-s3cret", "s3ssion-0f-us", "pr0xy-w0rd")
    pair = base64.b64encode(b"us3r:pr0xy-w0rd").decode()
    folder = project(
        '[targets.shop]\nurl = "http://shop.invalid"\nspec = "spec"\nproxy.env = "PROXY"\ntoken.env = "SHOP_TOKEN"\n'
        'credentials.appKey.env = "APP_KEY"\nheaders.X-Gateway.env = "GATEWAY"\nheaders.Cookie.env = "SESSION"\n'
    )
    with server.up() as url:
        env = {**secrets, "PROXY": secrets["PROXY"] + url.removeprefix("http://127.0.0.1")}
        groups = ("--groups", "examples,security,schema", "--only", "getItem", "--report", "reports")
        result = command("shop", *groups, env={"ADCONTRACT_TOKEN": None, **env})
    assert result.exit_code == 1, result.output
    heard = [each.headers for each in server.log]
    assert any(pair in each.get("proxy-authorization", "") for each in heard)
    assert any(each.get("cookie") == secrets["SESSION"] for each in heard)
    files = [each for each in folder.rglob("*") if each.is_file() and "spec" not in each.parts]
    assert len(files) > 5
    for text in (result.output, *(each.read_text() for each in files)):
        assert not [each for each in (*hidden, pair) if each in text]
    assert "$GATEWAY" in result.output + (folder / "reports" / "report.json").read_text()


def unquoted(heard):
    """Return credentials as a server may show what it has decoded."""
    return [base64.b64decode(each.split()[-1] + "==").decode() for each in heard if " Basic " in each]
