// The journal: new requests are fetched from the mock once a second, without headers and bodies.

import { ask } from "./choices.js";
import { rendered } from "./entry.js";
import { $, $$, element, proof, session, announce } from "./page.js";

const KEPT = 1000; // as many as the mock keeps
const STEP = 100; // rows that are shown at once
const QUIET = 5000; // milliseconds between two announcements

const entries = $("#entries");
const filters = $("#filters");
const pause = $("#pause");
let journal = document.body.dataset.journal;
let last = 0;
let kept = 0; // requests that the mock has, also those that do not match
let found = []; // those that match, the newest first
let limit = STEP;
let view = 0; // a response for one view is not shown in the next
let asking = false;
let isStale = true; // the rows are of another view, or there are none yet

const isPaused = () => pause.ariaPressed === "true";
const counted = (number, one) => `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;

// The filters as the page has them, without those that are not set.
function chosen() {
  return new URLSearchParams([...new FormData(filters)].filter(([, value]) => value));
}

// The filters as the mock takes them.
function asked() {
  const query = chosen();
  if (query.has("session")) query.set("session", session);
  return query;
}

// Filters are in the address of the page, so that a reload keeps them and a link can have them.
function fromAddress() {
  const query = new URLSearchParams(location.search);
  for (const field of filters.elements) {
    const value = query.get(field.name);
    if (!field.name || value === null) continue;
    if (field.name === "status") known(value);
    if (field.type === "checkbox") field.checked = value === field.value;
    else field.value = value;
    if (field.name === "breaches") field.closest("label").hidden = false;
  }
}

function toAddress() {
  const query = new URLSearchParams(location.search);
  for (const field of filters.elements) query.delete(field.name);
  for (const [name, value] of chosen()) query.append(name, value);
  history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
}

// A status can be chosen once a response had it.
function known(code) {
  const select = filters.elements.status;
  if (!/^\d{3}$/.test(code) || $$("option", select).some((each) => each.value === String(code))) return;
  const after = $$("option", select).find((each) => /^\d{3}$/.test(each.value) && each.value > String(code));
  const option = element("option", { value: String(code) }, String(code));
  if (after) after.before(option);
  else select.append(option);
}

// Starts the list anew. The present rows stay until the others are there, also while it is paused.
function begin(after) {
  limit = STEP;
  last = after;
  view += 1;
  asking = false;
  isStale = true;
  poll();
}

// Rows beyond the limit go, but not one that is open or has the focus.
function trim() {
  for (let row = entries.lastElementChild; row && entries.children.length > limit; ) {
    const previous = row.previousElementSibling;
    if (!$("details", row).open && !row.contains(document.activeElement)) row.remove();
    row = previous;
  }
}

function add(requests) {
  found = [...requests, ...found].slice(0, KEPT);
  entries.prepend(...requests.slice(0, limit).map(rendered));
  trim();
  requests.forEach((each) => each.status && known(each.status));
  if (requests.some((each) => each.breach_count !== null)) filters.elements.breaches.closest("label").hidden = false;
}

function more() {
  const first = limit;
  limit += STEP;
  const rows = found.slice(first, limit).map(rendered);
  entries.append(...rows);
  $("summary", rows[0]).focus();
  describe();
}

// What the list shows, and where there is nothing, what to do.
function describe() {
  const filtered = chosen().size > 0;
  const rest = Math.max(0, found.length - limit);
  const shown = found.length - rest;
  $("#journal-none").hidden = kept > 0 || isPaused();
  $("#no-match").hidden = kept === 0 || found.length > 0;
  $("#no-match-text").textContent = filtered ? `None of ${counted(kept, "request")} matches these filters.` : "";
  $("#clear-filters").hidden = !filtered || found.length === 0;
  $("#journal-foot").hidden = found.length === 0;
  $("#journal-shown").textContent = filtered
    ? `${counted(found.length, "request")} of ${kept.toLocaleString("en")}`
    : `${counted(shown, "request")}${rest ? ` of ${found.length.toLocaleString("en")}` : ""}`;
  $("#journal-more").hidden = rest === 0;
  $("#journal-more").textContent = `${Math.min(rest, STEP)} more`;
  for (const [link, path] of [["#as-json", "/_mock/requests"], ["#as-har", "/_mock/requests.har"]]) {
    const query = asked();
    query.set("limit", KEPT);
    $(link).href = `${path}?${query}`;
  }
}

// New rows are read out as one sentence, and not more often than anyone can listen to.
let heard = 0;
let unheard = [];
function tell(requests) {
  unheard = [...requests, ...unheard];
  if (!unheard.length || performance.now() - heard < QUIET) return;
  const { method, path, status } = unheard[0];
  $("#journal-news").textContent = `${counted(unheard.length, "new request")}. The last: ${method} ${path}, ${status ?? "no response"}.`;
  heard = performance.now();
  unheard = [];
}

async function fetched(query) {
  return (await fetch(`/_mock/requests?${query}`)).json();
}

// While it is paused, only the number of new requests is fetched.
async function waiting() {
  const page = await fetched(new URLSearchParams({ limit: 0 }));
  const count = page.journal === journal ? page.last - last : page.last;
  $("#waiting").textContent = count ? `Paused: ${counted(count, "new request")} not shown.` : "Paused: new requests are not shown.";
}

async function update(viewed) {
  const query = asked();
  for (const [name, value] of Object.entries({ after: last, limit: KEPT, details: false })) query.set(name, value);
  const page = await fetched(query);
  if (viewed !== view) return;
  if (page.journal !== journal) {
    journal = page.journal;
    begin(0);
    ask("GET", undefined, "This is a new journal: the mock was restarted, or has several workers.");
    return;
  }
  if (!isStale && page.kept === 0 && found.length) {
    begin(page.last); // another client has cleared it
    return;
  }
  ({ last, kept } = page);
  const isAnew = isStale;
  if (isAnew) {
    isStale = false;
    entries.replaceChildren();
    found = [];
  }
  add(page.requests);
  describe();
  if (!isAnew) tell(page.requests);
  else if (chosen().size) $("#journal-news").textContent = $(found.length ? "#journal-shown" : "#no-match-text").textContent;
}

export async function poll() {
  if (asking || document.hidden) return;
  const viewed = view;
  asking = true;
  try {
    await (isPaused() && !isStale ? waiting() : update(viewed));
  } catch {
    // the mock may be away for a moment: the next attempt follows
  } finally {
    if (viewed === view) asking = false;
  }
}

function proceed(paused) {
  pause.ariaPressed = String(paused);
  $("#journal-paused").hidden = !paused;
  $("#waiting").textContent = "Paused: new requests are not shown.";
  describe();
  poll();
}

function clearFilters() {
  filters.reset();
  filters.elements.text.focus();
  changed();
}

let typing;
function changed() {
  clearTimeout(typing);
  toAddress();
  begin(0);
}

pause.addEventListener("click", () => proceed(!isPaused()));
$("#go-on").addEventListener("click", () => {
  proceed(false);
  pause.focus();
});
$("#clear").addEventListener("click", async () => {
  await fetch("/_mock/requests", { method: "DELETE", headers: proof });
  kept = 0;
  begin(last);
  announce("The journal is empty.");
});
$("#journal-more").addEventListener("click", more);
for (const button of ["#clear-filters", "#clear-filters-too"]) $(button).addEventListener("click", clearFilters);
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("input", ({ target }) => {
  clearTimeout(typing);
  typing = setTimeout(changed, target.name === "text" ? 250 : 0);
});

// The arrow keys go from row to row, Escape closes an entry.
entries.addEventListener("keydown", (event) => {
  const rowOf = event.target.closest("#entries > li");
  const isRow = event.target.parentElement === $("details", rowOf);
  if (event.key === "Escape" && $("details", rowOf).open) {
    $("details", rowOf).open = false;
    $("summary", rowOf).focus();
  }
  const next = {
    ArrowDown: rowOf.nextElementSibling,
    ArrowUp: rowOf.previousElementSibling,
    Home: entries.firstElementChild,
    End: entries.lastElementChild,
  }[event.key];
  if (!isRow || !next || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  $("summary", next).focus();
});

fromAddress();
poll();
setInterval(poll, 1000);
