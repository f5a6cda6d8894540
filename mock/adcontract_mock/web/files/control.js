// The control page: choices are kept by the mock for this session, the journal is asked for once a second.

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const session = document.body.dataset.session;

// Elements are made from text only: nothing that a request or a contract says becomes markup.
function element(name, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
}

let forgetTold;
function tell(text) {
  clearTimeout(forgetTold);
  $("#told").textContent = text;
  forgetTold = setTimeout(() => { $("#told").textContent = ""; }, 6000);
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    tell(`Copied ${what}.`);
  } catch {
    tell(`The browser does not let this page copy. Here it is: ${text}`);
  }
}

// ---- What is chosen

let choices = JSON.parse(document.body.dataset.choices);
const forms = $$(".choices");
const holder = (form) => form.closest("[data-key]");

function chosen(form) {
  const filled = $$("select, input", form).filter((field) => field.value.trim());
  const choice = Object.fromEntries(filled.map((field) => [field.name, field.value.trim()]));
  if (choice.example === MADE) {
    delete choice.example;
    choice.dynamic = "true";
  }
  return Object.keys(choice).length ? choice : null;
}

const MADE = "\u2014made\u2014";

function offerExamples(form) {
  const examples = form.dataset.examples && JSON.parse(form.dataset.examples)[form.elements.code.value];
  if (!examples) return;
  const select = form.elements.example;
  const wanted = select.value;
  select.replaceChildren(select.options[0], ...examples.map(([value, text]) => new Option(text, value)));
  select.value = examples.some(([value]) => value === wanted) ? wanted : "";
}

function words(choice = {}) {
  const told = [choice.code, choice.example, choice.dynamic && "made from the schema"];
  if (choice.delay) told.push(`${choice.delay} ms`);
  if (choice.fault) told.push(choice.fault);
  return told.filter(Boolean).join(" · ");
}

// Shows in every form what the mock says is chosen.
function show() {
  for (const form of forms) {
    const { key } = holder(form).dataset;
    const choice = choices[key] ?? {};
    for (const field of $$("select, input", form)) {
      if (field.name === "example") offerExamples(form);
      field.value = (field.name === "example" && choice.dynamic ? MADE : choice[field.name]) ?? "";
      field.removeAttribute("aria-invalid");
    }
    const chip = $(".chip", holder(form));
    if (chip) chip.textContent = words(choice);
  }
  find();
}

// Asks the mock for the choices of this session, or changes them; `field` is marked if it is refused.
async function ask(method, patch, told, field) {
  let answer;
  try {
    const headers = { "Content-Type": "application/json", "Mock-Session": session };
    answer = await fetch("/_mock/session", { method, headers, body: patch && JSON.stringify(patch) });
  } catch {
    tell("The mock does not answer.");
    return;
  }
  const body = await answer.json();
  if (!answer.ok) {
    field?.setAttribute("aria-invalid", "true");
    tell(body.message);
    return;
  }
  choices = body.choices;
  show();
  tell(told);
}

for (const form of forms) {
  const { key, name } = holder(form).dataset;
  form.addEventListener("change", (event) => {
    if (event.target.name === "code") offerExamples(form);
    const choice = chosen(form);
    ask("PATCH", { [key]: choice }, `${name}: ${words(choice ?? {}) || "as documented"}.`, event.target);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}

for (const button of $$(".reset")) {
  const { key, name } = holder(button).dataset;
  button.addEventListener("click", () => ask("PATCH", { [key]: null }, `${name}: as documented.`));
}

$("#reset-all").addEventListener("click", () => ask("DELETE", undefined, "Every operation: as documented."));
$("#copy-session").addEventListener("click", () => copy(`Mock-Session: ${session}`, "the header"));

// ---- Finding operations

const items = $$("[data-find]");
const folded = new Map($$(".document").map((each) => [each, each.open]));

function find() {
  const wanted = $("#find").value.toLowerCase().split(/\s+/).filter(Boolean);
  const only = $("#only-chosen").checked;
  let count = 0;
  for (const item of items) {
    const fits = wanted.every((word) => item.dataset.find.includes(word));
    item.hidden = !fits || (only && !choices[$(".operation", item).dataset.key]);
    count += !item.hidden;
  }
  for (const group of $$(".group")) group.hidden = !$("li:not([hidden])", group);
  const searching = wanted.length > 0 || only;
  for (const each of $$(".document")) {
    each.hidden = searching && !$(".group:not([hidden])", each);
    each.open = searching || folded.get(each);
  }
  $("#found").textContent = searching ? `${count} of ${items.length} operations` : "";
}

for (const summary of $$(".document > summary")) {
  summary.addEventListener("click", () => folded.set(summary.parentElement, !summary.parentElement.open));
}
$("#find").addEventListener("input", find);
$("#only-chosen").addEventListener("change", find);

// ---- Trying an operation

const credential = $("#credential");
credential.value = sessionStorage.getItem("credential") ?? credential.value;
credential.addEventListener("input", () => sessionStorage.setItem("credential", credential.value));

// What is sent: the address and body as they stand on the page, the credential as the contract carries it.
function request(form) {
  const { method, credentials, media } = holder(form).dataset;
  const url = new URL(form.elements.address.value, location.origin);
  const headers = { "Mock-Session": session };
  for (const [place, name, value] of JSON.parse(credentials)) {
    const filled = value.replace("{credential}", credential.value);
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

function pretty(text, type) {
  if (!/\bjson\b/.test(type ?? "")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function status(code) {
  return element("span", { className: `status s${String(code)[0]}` }, String(code));
}

async function send(form) {
  const output = $(".answer", form);
  output.replaceChildren(element("span", { className: "quiet" }, "Waiting for the answer …"));
  const begun = performance.now();
  const after = () => `after ${Math.round(performance.now() - begun)} ms`;
  try {
    const asked = request(form);
    const answer = await fetch(asked.url, { ...sendable(asked), signal: AbortSignal.timeout(60000) });
    const text = await answer.text();
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    const type = answer.headers.get("content-type");
    const shown = /text|json|csv/.test(type ?? "") ? pretty(text, type) : text && `(${text.length} bytes of ${type})`;
    const first = element("p", {}, status(answer.status), ` ${answer.statusText} ${after()} `);
    first.append(element("span", { className: "quiet" }, answer.headers.get("mock-explain") ?? ""));
    const more = element("details", {}, element("summary", {}, "Headers"), element("pre", {}, headers));
    output.replaceChildren(first, more, ...(shown ? [element("pre", { tabIndex: 0 }, shown)] : []));
  } catch (error) {
    output.replaceChildren(element("p", { className: "violation" }, `No whole answer, ${after()}: ${error.message}`));
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
      copy(curl(request(form)), "the line");
    } catch (error) {
      tell(`This is no address: ${error.message}`);
    }
  });
}

// ---- The journal

const SHOWN = 200;
const entries = $("#entries");
let journal = document.body.dataset.journal;
let last = 0;
let asking = false;

function row(list, name, value) {
  if (value === null || value === undefined || value === "") return;
  list.append(element("dt", {}, name), element("dd", {}, String(value)));
}

function message(title, { headers, body }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (body) lines.push("", body.binary ? `(${body.size} bytes that are no text)` : pretty(body.text, headers["content-type"]));
  if (body?.cut) lines.push(`… (${body.size} bytes)`);
  return element("details", {}, element("summary", {}, title), element("pre", { tabIndex: 0 }, lines.join("\n")));
}

function details(told) {
  const list = element("dl");
  row(list, "Operation", told.operation && `${told.operation} (${told.document})`);
  row(list, "Why", told.explain);
  row(list, "Chosen", words(told.applied));
  row(list, "Session", told.session);
  row(list, "Time", told.time);
  for (const { in: place, field, message, contract, inferred } of told.violations) {
    const where = `${place} ${field}: ${message} — ${contract}${inferred ? ` (inferred: ${inferred})` : ""}`;
    list.append(element("dt", {}, "Violation"), element("dd", { className: "violation" }, where));
  }
  return [list, message("Request", told.request), message("Response", told.response)];
}

function shownEntry(told) {
  const made = $("#entry").content.cloneNode(true);
  $(".status", made).replaceWith(status(told.status ?? "no answer"));
  $(".method", made).textContent = told.method;
  $(".method", made).classList.add(told.method);
  $(".path", made).textContent = told.path + (told.query && `?${told.query}`);
  $(".milliseconds", made).textContent = `${told.milliseconds} ms`;
  const faults = told.violations.length;
  $(".explain", made).textContent = [told.operation, told.explain].filter(Boolean).join(": ");
  if (faults) $(".explain", made).append(element("span", { className: "violation" }, ` ${faults} violation${faults > 1 ? "s" : ""}`));
  $("details", made).addEventListener("toggle", ({ target }) => {
    if (!$("dl", target)) $(".inside", target).append(...details(told));
  });
  return made;
}

function empty() {
  entries.replaceChildren();
  last = 0;
}

async function poll() {
  if (asking || document.hidden || $("#pause").ariaPressed === "true") return;
  asking = true;
  try {
    const asked = new URLSearchParams({ after: last, limit: SHOWN });
    if ($("#only-session").checked) asked.set("session", session);
    if ($("#only-violations").checked) asked.set("violations", "true");
    const told = await (await fetch(`/_mock/requests?${asked}`)).json();
    if (told.journal !== journal) {
      journal = told.journal;
      empty();
      ask("GET", undefined, "This is another journal: the mock was started anew, or has several workers.");
    } else {
      last = told.last;
      entries.prepend(...told.requests.map(shownEntry));
      $$(`li:nth-child(n + ${SHOWN + 1})`, entries).forEach((item) => item.remove());
    }
    $("#empty").hidden = entries.children.length > 0;
  } catch {
    // the mock may be away for a moment: it is asked again
  } finally {
    asking = false;
  }
}

$("#pause").addEventListener("click", ({ target }) => {
  target.ariaPressed = String(target.ariaPressed !== "true");
  poll();
});
$("#clear").addEventListener("click", async () => {
  await fetch("/_mock/requests", { method: "DELETE" });
  entries.replaceChildren();
  $("#empty").hidden = false;
  tell("The journal is empty.");
});
for (const box of ["#only-session", "#only-violations"]) {
  $(box).addEventListener("change", () => {
    empty();
    poll();
  });
}

show();
poll();
setInterval(poll, 1000);
