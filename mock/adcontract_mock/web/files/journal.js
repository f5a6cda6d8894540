// The journal: new requests are fetched from the mock once a second.

import { ask } from "./choices.js";
import { $, $$, element, pretty, proof, session, status, announce, words } from "./page.js";

const SHOWN = 200;
const entries = $("#entries");
let journal = document.body.dataset.journal;
let last = 0;
let view = 0; // a response for one view is not shown in the next
let asking = false;

function row(list, name, value) {
  if (value === null || value === undefined || value === "") return;
  list.append(element("dt", {}, name), element("dd", {}, String(value)));
}

function message(title, { headers, body }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (body) lines.push("", body.binary ? `(${body.size} bytes of binary data)` : pretty(body.text, headers["content-type"]));
  if (body?.cut) lines.push(`… (${body.size} bytes)`);
  return element("details", {}, element("summary", {}, title), element("pre", { tabIndex: 0 }, lines.join("\n")));
}

function details(entry) {
  const list = element("dl");
  row(list, "Operation", entry.operation && `${entry.operation} (${entry.document})`);
  row(list, "Reason", entry.explain);
  row(list, "Chosen", words(entry.applied));
  row(list, "Session", entry.session);
  row(list, "Time", entry.time);
  for (const { in: place, field, message, contract, inferred } of entry.violations) {
    const where = `${place} ${field}: ${message} — ${contract}${inferred ? ` (inferred: ${inferred})` : ""}`;
    list.append(element("dt", {}, "Violation"), element("dd", { className: "violation" }, where));
  }
  for (const { in: place, field, message, contract, inferred, times } of entry.upstream?.breaches ?? []) {
    const count = times > 1 ? ` (${times} times)` : "";
    const where = `${place} ${field}: ${message}${count} — ${contract}${inferred ? ` (inferred: ${inferred})` : ""}`;
    list.append(element("dt", {}, "Breach"), element("dd", { className: "violation" }, where));
  }
  row(list, "Saved", entry.upstream?.saved.join(", "));
  return [list, message("Request", entry.request), message("Response", entry.response)];
}

function rendered(entry) {
  const created = $("#entry").content.cloneNode(true);
  $(".status", created).replaceWith(status(entry.status ?? "no response"));
  $(".method", created).textContent = entry.method;
  $(".method", created).classList.add(entry.method);
  $(".path", created).textContent = entry.path + (entry.query && `?${entry.query}`);
  $(".milliseconds", created).textContent = `${entry.milliseconds} ms`;
  const counted = [
    [entry.violations.length, "violation", "violations"],
    [entry.upstream?.breaches.length, "breach", "breaches"],
  ].flatMap(([number, one, more]) =>
    number ? [element("span", { className: "violation" }, `${number} ${number > 1 ? more : one} `)] : [],
  );
  $(".explain", created).append(...counted, [entry.operation, entry.explain].filter(Boolean).join(": "));
  $("details", created).addEventListener("toggle", ({ target }) => {
    if (!$("dl", target)) $(".inside", target).append(...details(entry));
  });
  return created;
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
    const page = await (await fetch(`/_mock/requests?${asked}`)).json();
    if (viewed !== view) return;
    if (page.journal !== journal) {
      journal = page.journal;
      begin(0);
      ask("GET", undefined, "This is a new journal: the mock was restarted, or has several workers.");
    } else {
      last = page.last;
      entries.prepend(...page.requests.map(rendered));
      $$(`li:nth-child(n + ${SHOWN + 1})`, entries).forEach((item) => item.remove());
    }
    $("#empty").hidden = entries.children.length > 0;
  } catch {
    // the mock may be away for a moment: the next attempt follows
  } finally {
    if (viewed === view) asking = false;
  }
}

$("#pause").addEventListener("click", ({ target }) => {
  target.ariaPressed = String(target.ariaPressed !== "true");
  poll();
});
$("#clear").addEventListener("click", async () => {
  await fetch("/_mock/requests", { method: "DELETE", headers: proof });
  begin(last);
  announce("The journal is empty.");
});
for (const box of ["#only-session", "#only-violations"]) {
  $(box).addEventListener("change", () => begin(0));
}

poll();
setInterval(poll, 1000);
