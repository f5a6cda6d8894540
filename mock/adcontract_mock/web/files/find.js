// Finding operations by what is on the page, and by the names of their parameters and properties.

import { choices } from "./choices.js";
import { $, $$, element } from "./page.js";

const SHOWN = 3;
const METHODS = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]);
const folded = new Map($$(".document").map((each) => [each, each.open]));
const items = $$(".operations > li").map((row) => {
  const operation = $(".operation", row);
  const { key, name, method } = operation.dataset;
  const seen = [$(".path", row), $(".says", row)];
  const unseen = [["operationId", name], ["tag", row.dataset.tags], ["document", row.dataset.document]];
  return { row, operation, key, method, seen, unseen, text: lowered([...seen.map((each) => each.textContent), ...unseen.flat()]) };
});

function lowered(texts) {
  return texts.join("\n").toLowerCase();
}

function fits(item, term) {
  return METHODS.has(term.toUpperCase()) ? item.method === term.toUpperCase() : item.text.includes(term);
}

// Where a term is found that the row does not show, such as `body pool_id` or `tag Stores`; whole names come first.
function places(item, terms) {
  const shown = lowered(item.seen.map((each) => each.textContent));
  const missing = terms.filter((term) => !METHODS.has(term.toUpperCase()) && !shown.includes(term));
  const found = item.unseen.filter(([, name]) => missing.some((term) => name.toLowerCase().includes(term)));
  const isWhole = ([, name]) => missing.includes(name.toLowerCase().split(".").at(-1));
  return [...found.filter(isWhole), ...found.filter((each) => !isWhole(each))];
}

function match(item, terms) {
  $(".match", item.row)?.remove();
  const found = places(item, terms);
  if (!found.length) return [];
  const names = found.slice(0, SHOWN).map(([where, name], index, all) => {
    const isNew = all[index - 1]?.[0] !== where;
    return element("span", {}, isNew ? `${where} ` : "", element("code", {}, name));
  });
  const more = found.length > SHOWN ? [`and ${found.length - SHOWN} more`] : [];
  $("summary", item.row).append(element("span", { className: "match" }, ...names, ...more));
  return $$(".match code", item.row);
}

// The ranges of the terms in an element, across the nodes of its text.
function ranges(holder, terms) {
  const text = holder.textContent.toLowerCase();
  const nodes = [...holder.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
  const at = (range, edge, offset) => {
    let rest = offset;
    const node = nodes.find((each) => rest <= each.length || void (rest -= each.length)) ?? nodes.at(-1);
    range[edge](node, rest);
  };
  return terms.flatMap((term) => {
    const start = text.indexOf(term);
    if (start < 0 || !nodes.length) return [];
    const range = new Range();
    at(range, "setStart", start);
    at(range, "setEnd", start + term.length);
    return [range];
  });
}

function find() {
  const typed = $("#find").value.trim();
  const terms = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const only = $("#only-chosen").checked && Object.keys(choices).length > 0;
  const marked = [];
  let count = 0;
  for (const item of items) {
    item.row.hidden = !terms.every((term) => fits(item, term)) || (only && !choices[item.key]);
    count += !item.row.hidden;
    const holders = item.row.hidden ? [] : [...item.seen, ...match(item, terms)];
    if (terms.length) marked.push(...holders.flatMap((holder) => ranges(holder, terms)));
  }
  for (const group of $$(".group")) group.hidden = !$(".operations > li:not([hidden])", group);
  const searching = terms.length > 0 || only;
  for (const each of $$(".document")) {
    each.hidden = searching && !$(".group:not([hidden])", each);
    each.open = searching || folded.get(each);
  }
  $(".every").hidden = terms.length > 0;
  globalThis.CSS?.highlights?.set("found", new Highlight(...marked));
  $("#found").textContent = searching ? `${count} of ${items.length} operations` : "";
  $("#nothing").hidden = count > 0;
  $("#nothing p").textContent = terms.length
    ? `No ${only ? "chosen " : ""}operation has “${typed}” in its path, summary, operationId, tag or API, nor in the names of its parameters and properties.`
    : "Only “Every operation” has a choice.";
}

function showAll() {
  $("#find").value = "";
  $("#only-chosen").checked = false;
  find();
}

for (const summary of $$(".document > summary")) {
  summary.addEventListener("click", () => folded.set(summary.parentElement, !summary.parentElement.open));
}
$("#find").addEventListener("input", find);
$("#only-chosen").addEventListener("change", find);
$("#nothing button").addEventListener("click", () => {
  showAll();
  $("#find").focus();
});
document.addEventListener("choices", find);
find();

try {
  const names = await (await fetch("/_mock/names")).json();
  for (const item of items) {
    const found = Object.entries(names[item.key] ?? {}).flatMap(([where, listed]) => listed.map((name) => [where, name]));
    item.unseen.push(...found);
    item.text = lowered([item.text, ...found.map(([, name]) => name)]);
  }
  find();
} catch {
  // the mock was stopped meanwhile: what is on the page is found nevertheless
}
