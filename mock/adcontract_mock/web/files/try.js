// Sending a request to an operation, as the page shows it.

import { settled } from "./choices.js";
import { poll } from "./journal.js";
import { $, $$, copy, element, pretty, session, status, announce } from "./page.js";

const holder = (form) => form.closest("[data-key]");
const credential = $("#credential");
credential.value = sessionStorage.getItem("credential") ?? credential.value;
credential.addEventListener("input", () => sessionStorage.setItem("credential", credential.value));

// `user:password` as HTTP Basic has it (RFC 7617); without `:` it is a user with no password.
function basic(pair) {
  const bytes = new TextEncoder().encode(pair.includes(":") || !pair ? pair : `${pair}:`);
  return btoa(String.fromCharCode(...bytes));
}

// The request: address and body as the page shows them, the credential where the contract carries it.
function request(form) {
  const { method, credentials, media } = holder(form).dataset;
  const url = new URL(form.elements.address.value, location.origin);
  const headers = { "Mock-Session": session };
  for (const [place, name, value] of JSON.parse(credentials)) {
    const filled = value.replace("{credential}", () => (value.startsWith("Basic ") ? basic(credential.value) : credential.value));
    if (place === "query") url.searchParams.set(name, filled);
    else if (place === "cookie") document.cookie = `${name}=${filled}; path=/; SameSite=Lax`;
    else headers[name] = filled;
  }
  const body = form.elements.body?.value ?? "";
  if (media && body) headers["Content-Type"] = media;
  return { method, url, headers, body };
}

const MULTIPART = "multipart/form-data";
const quoted = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

// The lines of a multipart body: `name=text`, or `name=@file` for a file.
const parts = (body) => body.split("\n").map((line) => line.split(/=(.*)/s)).filter(([name]) => name.trim());

function curl({ method, url, headers, body }) {
  const line = ["curl", "-i", ...(method === "GET" ? [] : ["-X", method])];
  const multipart = headers["Content-Type"] === MULTIPART;
  for (const [name, value] of Object.entries(headers)) {
    if (!(multipart && name === "Content-Type")) line.push("-H", quoted(`${name}: ${value}`));
  }
  if (multipart) parts(body).forEach(([name, value]) => line.push("-F", quoted(`${name}=${value}`)));
  else if (body) line.push("--data-raw", quoted(body));
  return [...line, quoted(url.href)].join(" ");
}

function sendable({ method, headers, body }) {
  if (method === "GET" || method === "HEAD" || !body) return { method, headers };
  if (headers["Content-Type"] !== MULTIPART) return { method, headers, body };
  const form = new FormData();
  for (const [name, value = ""] of parts(body)) {
    if (value.startsWith("@")) form.append(name, new File(["from the control page"], value.slice(1)));
    else form.append(name, value);
  }
  const { "Content-Type": _, ...others } = headers;
  return { method, headers: others, body: form };
}

async function send(form) {
  const output = $(".response", form);
  output.replaceChildren(element("span", { className: "quiet" }, "Waiting for the response …"));
  await settled();
  const started = performance.now();
  const after = () => `after ${Math.round(performance.now() - started)} ms`;
  try {
    const asked = request(form);
    const response = await fetch(asked.url, { ...sendable(asked), signal: AbortSignal.timeout(60000) });
    const text = await response.text();
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    const type = response.headers.get("content-type");
    const shown = /text|json|csv/.test(type ?? "") ? pretty(text, type) : text && `(${text.length} bytes of ${type})`;
    const first = element("p", {}, status(response.status), ` ${response.statusText} ${after()} `);
    first.append(element("span", { className: "quiet" }, response.headers.get("mock-explain") ?? ""));
    const more = element("details", {}, element("summary", {}, "Headers"), element("pre", {}, headers));
    output.replaceChildren(first, more, ...(shown ? [element("pre", { tabIndex: 0 }, shown)] : []));
  } catch (error) {
    output.replaceChildren(element("p", { className: "violation" }, `No complete response, ${after()}: ${error.message}`));
  }
  poll();
}

for (const form of $$(".try")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  $(".curl", form).addEventListener("click", () => {
    try {
      copy(curl(request(form)), "the command");
    } catch (error) {
      announce(`This is not a valid address: ${error.message}`);
    }
  });
}
