// Sending a request to an operation, as the page shows it.

import { settled } from "./choices.js";
import { poll } from "./journal.js";
import { $, $$, copy, element, pretty, session, status, announce } from "./page.js";
import { FILE, LANGUAGES, MULTIPART, headersOf, parts } from "./snippets.js";

const holder = (form) => form.closest("[data-key]");
const credential = $("#credential");
credential.value = sessionStorage.getItem("credential") ?? credential.value;
credential.addEventListener("input", () => sessionStorage.setItem("credential", credential.value));

// `user:password` as HTTP Basic has it (RFC 7617); without `:` it is a user with no password.
function basic(pair) {
  const bytes = new TextEncoder().encode(pair.includes(":") || !pair ? pair : `${pair}:`);
  return btoa(String.fromCharCode(...bytes));
}

const mediaOf = (form) => $(".schema[data-media]:not([hidden])", form).dataset.media;

// Shows the body for another media type, with its schema; each keeps what was typed.
function change(form) {
  const bodies = JSON.parse(form.dataset.bodies);
  bodies[mediaOf(form)] = form.elements.body.value;
  form.dataset.bodies = JSON.stringify(bodies);
  form.elements.body.value = bodies[form.elements.media.value];
  for (const each of $$(".schema[data-media]", form)) each.hidden = each.dataset.media !== form.elements.media.value;
  judge(form);
}

// The request: address and body as the page shows them, the credential where the contract carries it.
function request(form) {
  const { credentials } = form.dataset;
  const { method } = holder(form).dataset;
  const url = new URL(form.elements.address.value, location.origin);
  const headers = { "Mock-Session": session };
  const cookies = [];
  for (const [place, name, value] of JSON.parse(credentials)) {
    const filled = value.replace("{credential}", () => (value.startsWith("Basic ") ? basic(credential.value) : credential.value));
    if (place === "query") url.searchParams.set(name, filled);
    else if (place === "cookie") cookies.push(`${name}=${filled}`);
    else headers[name] = filled;
  }
  if (cookies.length) headers.Cookie = cookies.join("; ");
  const body = form.elements.body?.value ?? "";
  if (body) headers["Content-Type"] = mediaOf(form);
  return { method, url, headers, body };
}

// What a browser sends: cookies are those of the page.
function sendable(asked) {
  const { Cookie, ...headers } = headersOf(asked);
  for (const each of Cookie?.split("; ") ?? []) document.cookie = `${each}; path=/; SameSite=Lax`;
  const { method, body } = asked;
  if (method === "GET" || method === "HEAD" || !body) return { method, headers };
  if (asked.headers["Content-Type"] !== MULTIPART) return { method, headers, body };
  const form = new FormData();
  for (const [name, value] of parts(body)) {
    if (value.startsWith("@")) form.append(name, new File([FILE], value.slice(1)));
    else form.append(name, value);
  }
  return { method, headers, body: form };
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

function copyAs(language, form) {
  try {
    copy(LANGUAGES[language](request(form)), language === "curl" ? "the command" : "the code");
  } catch (error) {
    announce(`This is not a valid address: ${error.message}`);
  }
}

// Adds a query parameter to the address, with a value to start from, which is selected.
function add({ name, written }, { address }) {
  const [path, query = ""] = address.value.split(/\?(.*)/s);
  const known = new URLSearchParams(query).has(new URLSearchParams(written).keys().next().value);
  if (!known) address.value = `${path}?${query && `${query}&`}${written}`;
  const start = known ? 0 : address.value.length - written.length + written.indexOf("=") + 1;
  address.focus();
  address.setSelectionRange(start, address.value.length);
  announce(known ? `The address has ${name} already.` : `Added ${name} to the address.`);
}

// Whether a JSON body is valid; it is sent in any case, since faulty requests have to be tried, too.
function judge(form) {
  let hint = "";
  try {
    if (/\bjson\b/.test(mediaOf(form)) && form.elements.body.value) JSON.parse(form.elements.body.value);
  } catch (error) {
    hint = `Not valid JSON, sent as it is: ${error.message}`;
  }
  $(".body .hint", form).textContent = hint;
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".try")) return;
  event.preventDefault();
  send(event.target);
});
document.addEventListener("input", ({ target }) => {
  if (target.matches(".try [name=body]")) judge(target.form);
});
document.addEventListener("change", ({ target }) => {
  if (target.matches(".try [name=media]")) change(target.form);
});
document.addEventListener("click", ({ target }) => {
  const form = target.closest(".try");
  const button = target.closest("button");
  if (!form || !button) return;
  if (button.matches(".copy")) copyAs(button.dataset.language, form);
  if (button.matches(".add")) add(button.dataset, form.elements);
});
