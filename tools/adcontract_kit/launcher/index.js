"use strict";
/** Runs the installed command `adcontract mock` for the tests of a client. No dependencies. */
const { AssertionError } = require("node:assert");
const { spawn } = require("node:child_process");
const { randomUUID } = require("node:crypto");
const { accessSync, constants, statSync } = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const path = require("node:path");
const { clearTimeout, setTimeout } = require("node:timers"); // not those that a test replaces
const { fileURLToPath } = require("node:url");

const STARTING = 60_000; // a busy machine that assembles the contracts for the first time
const ENDING = 5_000;
const KEPT = 4_000;

const NAMED = {
  api: "--api",
  snapshot: "--snapshot",
  spec: "--spec",
  port: "--port",
  seedItems: "--seed-items",
  scenarios: "--scenarios",
};
const OPTIONS = [...Object.keys(NAMED), "token", "stateful", "args", "command"];

async function startMock(options = {}) {
  const line = [...findCommand(options.command), "mock", ...mockArguments(options), "--until-eof"];
  const env = options.token == null ? process.env : { ...process.env, ADCONTRACT_TOKEN: options.token };
  const process_ = new MockProcess(line, env);
  try {
    const url = await process_.started();
    const client = new Client(url, process_);
    await client.ask("GET", "/_mock/health");
    process_.unref();
    return mock(client, process_);
  } catch (error) {
    await process_.stop();
    throw error;
  }
}

function mock(client, process_) {
  return {
    url: client.url,
    session: (name = randomUUID()) => session(client, name),
    expectCalled: async (operation, expected) => verify(client, { operation, ...expectation(expected) }),
    stop: () => process_.stop(),
  };
}

function session(client, given) {
  if (!`${given}`.trim()) throw new TypeError("The name of a session is empty: leave it out for a new one.");
  const name = `${given}`.trim().replace(/[^\x20-\x7e]+/g, encodeURIComponent); // a header has no other characters
  const headers = { "Mock-Session": name };
  return {
    name,
    headers,
    prefer: async (operation, choices) => {
      await client.ask("PATCH", "/_mock/session", { [operation]: choices }, headers);
    },
    reset: async () => {
      await client.ask("DELETE", "/_mock/session", undefined, headers);
      await client.ask("POST", "/_mock/state", { do: "reset" }, headers);
    },
    expectCalled: async (operation, expected) => verify(client, { operation, session: name, ...expectation(expected) }),
  };
}

function expectation({ times, with: parts, ...unknown } = {}) {
  checkNames(unknown, ["times", "with"]);
  return { ...(times !== undefined && { count: times }), ...(parts && { with: parts }) };
}

async function verify(client, expected) {
  const { verified, matched, message, near = [] } = await client.ask("POST", "/_mock/verify", expected);
  if (verified) return;
  const closest = near.map(({ line, differs }) => `\n  ${line}: ${differs.join("; ")}`);
  throw new AssertionError({
    message: [message, ...closest].join(""),
    actual: matched,
    expected: expected.count ?? { min: 1 },
    operator: "expectCalled",
  });
}

/** The process of the mock. It ends when its standard input does: by `stop`, or with this process. */
class MockProcess {
  constructor([program, ...args], env) {
    this.errors = "";
    this.child = spawn(program, args, { env, windowsHide: true });
    // a process that has ended takes nothing, which is no error of its own
    this.child.stdin.on("error", () => {});
    this.ended = new Promise((resolve) => {
      this.child.once("error", (error) => resolve(`${program} cannot be run: ${error.message}`));
      this.child.once("close", (status, signal) => resolve(`it ended with ${signal ?? `status ${status}`}.`));
    });
    this.child.stdout.setEncoding("utf8").on("data", (text) => this.onPrinted?.(text));
    this.child.stderr.setEncoding("utf8").on("data", (text) => {
      this.errors = `${this.errors}${text}`.slice(-KEPT);
    });
  }

  /** Return the URL that the mock prints. */
  async started() {
    let printed = "";
    const url = new Promise((resolve) => {
      this.onPrinted = (text) => {
        printed += text;
        const found = /^The mock is at (\S+)\r?\n/m.exec(printed);
        if (found) resolve({ url: found[1] });
      };
    });
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(() => resolve("it has not answered within a minute."), STARTING);
    });
    const first = await Promise.race([url, this.ended, late]);
    clearTimeout(timer);
    this.onPrinted = undefined;
    if (first.url) return first.url;
    throw new Error(this.described("The mock does not start", first));
  }

  /** Let this process end although the mock runs: that ends it, too. */
  unref() {
    for (const each of [this.child, ...this.child.stdio]) each.unref();
  }

  /** Return the reason for which the mock has ended, or undefined. */
  async reason() {
    return Promise.race([this.ended, new Promise((resolve) => setTimeout(resolve, 200))]);
  }

  described(what, reason) {
    return `${what}: ${this.errors.trim().replace(/^Error: /, "") || reason}`;
  }

  async stop() {
    this.child.stdin.end();
    this.child.ref();
    const timer = setTimeout(() => this.child.kill("SIGKILL"), ENDING);
    await this.ended;
    clearTimeout(timer);
  }
}

/** Asks the pages of the mock. Not by `fetch`, which test environments lack or replace. */
class Client {
  constructor(url, process_) {
    this.url = url;
    this.process = process_;
  }

  /** Return the JSON of a response. */
  async ask(method, page, body, headers = {}) {
    const { status, text } = await this.#send(method, page, body, headers).catch(async (error) => {
      const reason = await this.process.reason();
      throw new Error(reason ? this.process.described("The mock does not answer any more", reason) : `${this.url}: ${error.message}`);
    });
    const answer = JSON.parse(text);
    // 409 is what an expectation that is not met gets
    if (status >= 400 && status !== 409) throw new Error(answer.message ?? text);
    return answer;
  }

  #send(method, page, body, headers) {
    return new Promise((resolve, reject) => {
      // --tls has a certificate of the mock's own, and the mock is on this machine
      const options = { method, headers, agent: false, timeout: STARTING, rejectUnauthorized: false };
      const { request: open } = this.url.startsWith("https:") ? https : http;
      const request = open(`${this.url}${page}`, options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part) => (text += part));
        response.once("end", () => resolve({ status: response.statusCode, text })).once("error", reject);
      });
      request.once("timeout", () => request.destroy(new Error("no answer"))).once("error", reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function mockArguments(options) {
  checkNames(options, OPTIONS);
  if (options.args != null && !Array.isArray(options.args)) throw new TypeError("args is a list of texts: ['--tls'].");
  const given = Object.entries({ ...options, port: options.port ?? 0 }).filter(([name, value]) => NAMED[name] && value != null);
  const named = given.flatMap(([name, value]) => [NAMED[name], value.href ? fileURLToPath(value.href) : `${value}`]);
  return [...named, ...(options.stateful ? ["--stateful"] : []), ...(options.args ?? [])];
}

function checkNames(given, known) {
  const wrong = Object.keys(given).find((name) => !known.includes(name));
  if (wrong !== undefined) throw new TypeError(`There is no option ${wrong}. There are ${known.join(", ")}.`);
}

/** Return the command and the arguments before those of the mock. */
function findCommand(named) {
  const chosen = named ?? process.env.ADCONTRACT_COMMAND;
  if (chosen) return [chosen].flat();
  const folders = [];
  if (process.env.VIRTUAL_ENV) folders.push(programs(process.env.VIRTUAL_ENV));
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    folders.push(programs(path.join(folder, ".venv")));
    if (folder === path.dirname(folder)) break;
  }
  folders.push(...(process.env.PATH ?? "").split(path.delimiter).filter(Boolean));
  const name = process.platform === "win32" ? "adcontract.exe" : "adcontract";
  const found = folders.map((folder) => path.join(folder, name)).find(runs);
  if (found) return [found];
  throw new Error(
    "The command adcontract is not found: not in an active environment, not in .venv here or above, not in PATH. " +
      "Install it with `python -m pip install 'adcontract[mock]'`, or name it: startMock({ command }), or ADCONTRACT_COMMAND.",
  );
}

function programs(environment) {
  return path.join(environment, process.platform === "win32" ? "Scripts" : "bin");
}

function runs(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

module.exports = { startMock };
