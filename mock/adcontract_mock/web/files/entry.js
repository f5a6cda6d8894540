// One request of the journal: its row, and on opening all of it, with the parts that break the contract marked.

import { $, element, status, words } from "./page.js";
import { bodyLines, headerLines, lineOf, pairLines } from "./places.js";
import { copyButtons } from "./resend.js";

const MOST = 20; // violations of a request, or breaches, that are shown

function row(list, name, value) {
  if (value === null || value === undefined || value === "") return;
  list.append(element("dt", {}, name), element("dd", {}, String(value)));
}

// A message begins with the value that it is about, which may be long.
function short(text, longest = 160) {
  if (text.length <= longest) return text;
  const end = text.slice(1 + Math.max(text.lastIndexOf("} "), text.lastIndexOf("] "), text.length - longest / 2));
  return `${text.slice(0, longest / 4)} … ${end.trimStart()}`;
}

// A violation or a breach in a line: the place, what is wrong, and the line of the contract.
function says({ in: place, field, message, contract, inferred, times }) {
  const count = times > 1 ? ` (${times} times)` : "";
  return `${place} ${field}: ${short(message)}${count} — ${contract}${inferred ? ` (inferred: ${inferred})` : ""}`;
}

// A block of lines. `wrong` has the faults of each line; the first of the marks is scrolled to when it is shown.
function block(lines, wrong, name, kind = "") {
  const shown = element("pre", { className: `lines ${kind}` });
  shown.setAttribute("role", "group");
  shown.setAttribute("aria-label", name);
  let calm = [];
  const flush = () => { if (calm.length) shown.append(`${calm.join("\n")}\n`); calm = []; };
  for (const line of lines) {
    const faults = wrong.get(line);
    if (!faults) {
      calm.push(line.text);
      continue;
    }
    flush();
    const marked = element("mark", {}, line.text.trimStart());
    const indent = /^ */.exec(line.text)[0];
    shown.append(indent, marked, "\n");
    for (const fault of faults) {
      const why = fault.at === line.place ? short(fault.message, 80) : `${fault.field} ${short(fault.message, 80)}`;
      shown.append(element("span", { className: "why" }, `${indent}^ ${why}\n`));
      fault.mark ??= marked;
    }
  }
  flush();
  return shown;
}

// A request or a response: first line, headers, body. `faults` are those in it.
function message(title, first, headers, body, faults) {
  const parts = { head: [first].flat(), headers: headerLines(headers), body: bodyLines(body, headers["content-type"]) };
  const wrong = new Map();
  for (const fault of faults.slice(0, MOST)) {
    fault.at = fault.in === "header" ? fault.field.toLowerCase() : fault.field === "body" ? "" : fault.field;
    const lines = { header: parts.headers, body: parts.body, query: parts.head.slice(1) }[fault.in] ?? [];
    const line = lineOf(lines, fault.at) ?? parts.head[0];
    wrong.set(line, [...(wrong.get(line) ?? []), fault]);
  }
  const has = (lines) => lines.some((line) => wrong.has(line));
  const inside = [block(parts.head, wrong, `${title}: first line`, "head")];
  if (parts.headers.length) {
    const count = parts.headers.length;
    const summary = element("summary", {}, `${count} header${count === 1 ? "" : "s"}`);
    inside.push(element("details", { open: has(parts.headers) }, summary, block(parts.headers, wrong, `${title}: headers`)));
  }
  if (parts.body.length) inside.push(block(parts.body, wrong, `${title}: body`));
  return element("details", { className: "message-part", open: true }, element("summary", {}, title), ...inside);
}

// Where there are too many, all of them are in the JSON of the entry.
function faultRows(list, name, faults, number) {
  for (const fault of faults.slice(0, MOST)) {
    const line = element("dd", { className: "violation" }, says(fault));
    if (fault.mark) {
      const jump = element("button", { type: "button", className: "jump" }, "Show it");
      jump.addEventListener("click", () => reveal(fault.mark));
      line.append(" ", jump);
    }
    list.append(element("dt", {}, name), line);
  }
  if (faults.length > MOST) {
    const all = element("a", { href: `/_mock/requests/${number}` }, `all ${faults.length.toLocaleString("en")} as JSON`);
    list.append(element("dt", {}, name), element("dd", {}, `and ${(faults.length - MOST).toLocaleString("en")} more: `, all));
  }
}

function withinBlock(mark) {
  const pre = mark.closest("pre");
  pre.scrollTop = mark.offsetTop - pre.clientHeight / 3;
}

function reveal(mark) {
  for (let fold = mark.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  withinBlock(mark);
  mark.tabIndex = -1;
  mark.focus();
  mark.scrollIntoView({ block: "nearest" });
}

// All of an entry, as the journal has it.
export function details(entry) {
  const breaches = entry.upstream?.breaches ?? [];
  const withheld = entry.upstream?.body;
  const head = [{ text: `${entry.method} ${entry.path}`, place: null }, ...pairLines(entry.query, "?")];
  const code = (number) => ({ text: String(number ?? "no response"), place: null });
  const { request, response } = entry;
  const parts = [
    message("Request", head, request.headers, request.body, entry.violations),
    message("Response", code(entry.status), response.headers, response.body, withheld ? [] : breaches),
  ];
  if (withheld) parts.push(message("Answer of the server, not passed on", code(entry.upstream.status), {}, withheld, breaches));
  parts[0].append(copyButtons(entry));
  const list = element("dl");
  faultRows(list, "Violation", entry.violations, entry.id);
  faultRows(list, "Breach", breaches, entry.id);
  row(list, "Operation", entry.operation && `${entry.operation} (${entry.document})`);
  row(list, "Reason", entry.explain && short(entry.explain, 200));
  row(list, "Chosen", words(entry.applied));
  row(list, "Session", entry.session);
  row(list, "Time", entry.time);
  row(list, "Saved", entry.upstream?.saved.join(", "));
  return [list, ...parts];
}

// What can be done only once it is on the page: long blocks are scrolled to the first mark, and can be with keys.
function arrange(inside) {
  for (const pre of inside.querySelectorAll("pre")) {
    if (pre.scrollHeight > pre.clientHeight) pre.tabIndex = 0;
    const mark = $("mark", pre);
    if (mark) withinBlock(mark);
  }
}

async function open(inside, number) {
  const answer = await fetch(`/_mock/requests/${number}`);
  const body = await answer.json();
  inside.replaceChildren(...(answer.ok ? details(body) : [element("p", { className: "quiet" }, body.message)]));
  arrange(inside);
}

// The row of an entry; the rest of it is fetched when it is opened.
export function rendered(entry) {
  const created = $("#entry").content.cloneNode(true);
  $(".status", created).replaceWith(status(entry.status ?? "no response"));
  $(".method", created).textContent = entry.method;
  $(".method", created).classList.add(entry.method);
  $(".path", created).textContent = entry.path + (entry.query && `?${entry.query}`);
  $(".milliseconds", created).textContent = `${entry.milliseconds} ms`;
  const counted = [
    [entry.violation_count, "violation", "violations"],
    [entry.breach_count, "breach", "breaches"],
  ].flatMap(([number, one, more]) =>
    number ? [element("span", { className: "violation" }, `${number} ${number > 1 ? more : one} `)] : [],
  );
  $(".explain", created).append(...counted, [entry.operation, entry.explain].filter(Boolean).join(": "));
  $("details", created).addEventListener("toggle", ({ target }) => {
    const inside = $(".inside", target);
    if (!inside.hasChildNodes()) {
      inside.append(element("p", { className: "quiet" }, "Loading …"));
      open(inside, entry.id).catch(() => inside.replaceChildren());
    }
  });
  return created.firstElementChild;
}
