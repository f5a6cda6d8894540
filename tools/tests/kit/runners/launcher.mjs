/** The package adcontract-mock, as a test of a client uses it. Run by `node --test`, as it starts processes. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, afterEach, before, describe, test } from "node:test";
import { startMock } from "adcontract-mock";

const REAL = process.env.ADCONTRACT_COMMAND;
const HERE = process.cwd();
const AUTHORIZED = { Authorization: "Bearer any" };
const started = [];
const folder = mkdtempSync(path.join(tmpdir(), "adcontract-mock-"));

async function start(options) {
  const mock = await startMock({ api: "topsort", ...options });
  started.push(mock);
  return mock;
}

async function campaigns(mock, { headers } = {}, query = "") {
  return fetch(`${mock.url}/v1/campaign-service/campaigns${query}`, { headers: { ...AUTHORIZED, ...headers } });
}

after(async () => {
  await Promise.all(started.map((mock) => mock.stop()));
  rmSync(folder, { recursive: true });
});

describe("a mock", () => {
  let mock;
  before(async () => {
    mock = await start();
  });

  test("answers at its URL once it is started", async () => {
    assert.equal((await campaigns(mock)).status, 200);
  });

  test("has a session for each test, with choices of its own", async () => {
    const [mine, other] = [mock.session(), mock.session()];
    await mine.prefer("listCampaigns", { code: 429 });
    assert.deepEqual([(await campaigns(mock, mine)).status, (await campaigns(mock, other)).status], [429, 200]);
    await mine.reset();
    assert.equal((await campaigns(mock, mine)).status, 200);
    assert.equal(mock.session("named").headers["Mock-Session"], "named");
  });

  test("has a session of any name, such as the title of a test", async () => {
    const title = `${"refuses ".repeat(20)}“größer” 🎉`;
    const [mine, other] = [mock.session(`${title} 1`), mock.session(`${title} 2`)];
    await mine.prefer("listCampaigns", { code: 429 });
    assert.deepEqual([(await campaigns(mock, mine)).status, (await campaigns(mock, other)).status], [429, 200]);
    await mine.expectCalled("listCampaigns", { times: 1 });
    await mock.session(`${title} 1`).reset();
    assert.equal((await campaigns(mock, mine)).status, 200);
  });

  test("counts the requests of a session, and names those that come close", async () => {
    const session = mock.session();
    await campaigns(mock, session, "?limit=10");
    await session.expectCalled("listCampaigns");
    await session.expectCalled("listCampaigns", { times: 1, with: { query: { limit: 10 } } });
    await mock.expectCalled("listCampaigns", { times: { min: 1 }, with: { query: { limit: 10 } } });
    await mock.session().expectCalled("listCampaigns", { times: 0 });
    await assert.rejects(session.expectCalled("listCampaigns", { times: 1, with: { query: { limit: 20 } } }), {
      name: "AssertionError",
      message: /was called 0 times.*expected 1\.\n {2}GET \/v1\S+ 200: query\.limit is 10, not 20$/m,
    });
    await assert.rejects(session.expectCalled("listCampaigns", { times: 2 }), { actual: 1, expected: 2 });
  });

  test("says what is wrong with a choice, an expectation and an option", async () => {
    const session = mock.session();
    await assert.rejects(session.prefer("listCampaign", { code: 429 }), /no operation 'listCampaign'/);
    await assert.rejects(session.prefer("listCampaigns", { code: 599 }), /declares no response '599'/);
    await assert.rejects(session.expectCalled("listCampaign"), /Did you mean listCampaigns/);
    await assert.rejects(session.expectCalled("listCampaigns", { count: 1 }), /no option count/);
    await assert.rejects(start({ apis: "topsort" }), /no option apis\. There are api, /);
    await assert.rejects(start({ args: "--tls" }), /args is a list/);
    assert.throws(() => mock.session(" "), /name of a session is empty/);
  });
});

test("a mock takes the options of the command", async () => {
  const mock = await start({ token: "good", args: ["--rate-limit", "2/min"] });
  const statuses = [];
  for (const token of ["bad", "good", "good", "good"]) {
    statuses.push((await campaigns(mock, { headers: { Authorization: `Bearer ${token}` } })).status);
  }
  assert.deepEqual(statuses, [401, 200, 200, 429]);
});

test("an option without a value, as of a variable that is not set, is as if it was left out", async () => {
  const mock = await start({ port: undefined, token: null, snapshot: undefined, args: null });
  assert.notEqual(new URL(mock.url).port, "4010");
  assert.equal((await campaigns(mock)).status, 200);
});

test("a mock with a certificate of its own is reached, too", async () => {
  const mock = await start({ args: ["--tls"] });
  assert.match(mock.url, /^https:/);
  await mock.session().expectCalled("listCampaigns", { times: 0 });
});

test("the state of a session is as at the start after a reset", async () => {
  const mock = await start({ api: "affiliate-com", stateful: true, seedItems: 3 });
  const session = mock.session();
  const url = `${mock.url}/v1/products/lists`;
  const headers = { ...AUTHORIZED, ...session.headers };
  const total = async () => (await (await fetch(url, { headers })).json()).data.length;
  const first = await total();
  const body = JSON.stringify({ pool_id: 1, name: "New", metadata: { kind: "new" }, product_ids: ["1234567890123456789"] });
  const posted = { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body };
  const { status } = await fetch(url, posted);
  assert.equal(Math.floor(status / 100), 2);
  assert.equal(await total(), first + 1);
  await session.reset();
  assert.equal(await total(), first);
});

test("what the command says is the error where a mock does not start", async () => {
  await assert.rejects(start({ api: "none" }), {
    message: "The mock does not start: There is no API none. Known: affiliate-com, metapic, topsort.",
  });
  await assert.rejects(start({ command: path.join(folder, "nothing") }), /does not start: \S+ cannot be run: .*ENOENT/);
});

test("a mock is gone when it is stopped, and a call says so", async () => {
  const mock = await start();
  await Promise.all([mock.stop(), mock.stop()]);
  await assert.rejects(fetch(mock.url));
  await assert.rejects(mock.expectCalled("listCampaigns"), {
    message: "The mock does not answer any more: it ended with status 0.",
  });
});

describe("the process of a test", () => {
  const code = (rest) => `
    const { startMock } = require("adcontract-mock");
    startMock({ api: "topsort" }).then((mock) => { console.log(mock.url); ${rest} });`;

  async function isGone(url) {
    for (let i = 0; i < 100; i++) {
      if (await fetch(`${url}/_mock/health`).then(() => false, () => true)) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  }

  test("ends although a mock runs, which ends with it", async () => {
    const url = execFileSync(process.execPath, ["-e", code("")], { encoding: "utf8", timeout: 30_000 }).trim();
    assert.ok(await isGone(url));
  });

  test("takes its mock with it when it is killed", async () => {
    const child = spawn(process.execPath, ["-e", code("setInterval(() => {}, 1000);")], { stdio: ["ignore", "pipe", "inherit"] });
    const { value: url } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
    assert.equal((await fetch(`${url}/_mock/health`)).status, 200);
    child.kill("SIGKILL");
    assert.ok(await isGone(url));
  });
});

describe("the command", () => {
  const { PATH } = process.env;

  /** Write a command that notes its name and runs the real one. */
  function command(name) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho ${name} >"${folder}/used"\nexec "${REAL}" "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  async function used(options) {
    await (await start(options)).stop();
    return readFileSync(path.join(folder, "used"), "utf8").trim();
  }

  before(() => {
    mkdirSync(path.join(folder, "app/web"), { recursive: true });
    process.chdir(path.join(folder, "app/web"));
    delete process.env.ADCONTRACT_COMMAND;
    delete process.env.VIRTUAL_ENV;
    process.env.PATH = "/usr/bin:/bin";
  });
  afterEach(() => {
    delete process.env.VIRTUAL_ENV;
  });
  after(() => {
    process.chdir(HERE);
    process.env.ADCONTRACT_COMMAND = REAL;
    process.env.PATH = PATH;
  });

  test("is said how to install where there is none", async () => {
    await assert.rejects(start(), /adcontract is not found.*pip install 'adcontract\[mock\]'.*ADCONTRACT_COMMAND/);
  });

  test("is that of PATH, before it that of .venv in a folder above, and before that the active one", async () => {
    process.env.PATH = `${path.dirname(command("path/adcontract"))}:${process.env.PATH}`;
    assert.equal(await used(), "path/adcontract");
    command("app/.venv/bin/adcontract");
    assert.equal(await used(), "app/.venv/bin/adcontract");
    command("active/bin/adcontract");
    process.env.VIRTUAL_ENV = path.join(folder, "active");
    assert.equal(await used(), "active/bin/adcontract");
  });

  test("is the named one before all others", async () => {
    process.env.ADCONTRACT_COMMAND = command("variable");
    assert.equal(await used(), "variable");
    assert.equal(await used({ command: command("option") }), "option");
    assert.equal(await used({ command: ["/bin/sh", command("line")] }), "line");
  });
});

test("the configuration for Cypress starts a mock, and its tasks reach a session", async () => {
  const { e2e } = createRequire(import.meta.url)("./test-runners/cypress/cypress.config.cjs");
  const handlers = {};
  const config = await e2e.setupNodeEvents((event, handler) => (handlers[event] = handler), { env: { own: 1 } });
  const { own, mockUrl: url } = config.env;
  assert.equal(own, 1);
  const { prefer, expectCalled } = handlers.task;
  const [session, operation] = ["mine", "listCampaigns"];
  assert.equal(await prefer({ session, operation, choices: { example: "empty" } }), null);
  const response = await campaigns({ url }, { headers: { "Mock-Session": session } });
  assert.deepEqual((await response.json()).campaigns, []);
  assert.equal(await expectCalled({ session, operation, times: 1 }), null);
  await assert.rejects(expectCalled({ session, operation, times: 2 }), { name: "AssertionError" });
  await handlers["after:run"]();
  await assert.rejects(fetch(url));
});
