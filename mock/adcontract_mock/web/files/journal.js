// The journal: the mock is asked once a second for what came since.

import { ask } from "./choices.js";
import { $, $$, element, pretty, session, status, tell, words } from "./page.js";

const SHOWN = 200;
const entries = $("#entries");
let journal = document.body.dataset.journal;
let last = 0;
let view = 0; // what is asked for one view is not shown in the next
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
  const counted = faults ? [element("span", { className: "violation" }, `${faults} violation${faults > 1 ? "s" : ""} `)] : [];
  $(".explain", made).append(...counted, [told.operation, told.explain].filter(Boolean).join(": "));
  $("details", made).addEventListener("toggle", ({ target }) => {
    if (!$("dl", target)) $(".inside", target).append(...details(told));
  });
  return made;
}

function begin(after) {
  entries.replaceChildren();
  last = after;
  view += 1;
  asking = false;
  poll();
}

export async function poll() {
  if (asking || document.hidden || $("#pause").ariaPressed === "true") return;
  const viewed = view;
  asking = true;
  try {
    const asked = new URLSearchParams({ after: last, limit: SHOWN });
    if ($("#only-session").checked) asked.set("session", session);
    if ($("#only-violations").checked) asked.set("violations", "true");
    const told = await (await fetch(`/_mock/requests?${asked}`)).json();
    if (viewed !== view) return;
    if (told.journal !== journal) {
      journal = told.journal;
      begin(0);
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
    if (viewed === view) asking = false;
  }
}

$("#pause").addEventListener("click", ({ target }) => {
  target.ariaPressed = String(target.ariaPressed !== "true");
  poll();
});
$("#clear").addEventListener("click", async () => {
  await fetch("/_mock/requests", { method: "DELETE" });
  begin(last);
  tell("The journal is empty.");
});
for (const box of ["#only-session", "#only-violations"]) {
  $(box).addEventListener("change", () => begin(0));
}

poll();
setInterval(poll, 1000);
