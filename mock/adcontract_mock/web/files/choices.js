// The choices: the mock keeps them for this session, and the forms show them.

import { $, $$, copy, proof, session, announce, words } from "./page.js";

// An option that no contract can name: a body that is generated from the schema.
const GENERATED = "\u2014generated\u2014";

const forms = $$(".choices");
const holder = (form) => form.closest("[data-key]");
let choices = JSON.parse(document.body.dataset.choices);

function chosen(form) {
  const filled = $$("select, input", form).filter((field) => field.value.trim());
  const choice = Object.fromEntries(filled.map((field) => [field.name, field.value.trim()]));
  if (choice.example === GENERATED) {
    delete choice.example;
    choice.dynamic = "true";
  }
  return Object.keys(choice).length ? choice : null;
}

function offerExamples(form) {
  if (!form.dataset.examples) return;
  const status = form.elements.code.value;
  const options = (pairs) => pairs.map(([value, text]) => new Option(text, value));
  const examples = options(JSON.parse(form.dataset.examples)[status] ?? []);
  const states = document.createElement("optgroup");
  states.label = "states";
  if (!status || status === form.dataset.success) states.append(...options(JSON.parse(form.dataset.states)));
  const select = form.elements.example;
  const current = select.value;
  select.replaceChildren(select.options[0], ...examples, ...(states.children.length ? [states] : []));
  select.value = [...select.options].some(({ value }) => value === current) ? current : "";
}

// Shows the choices in every form, as the mock keeps them.
function show() {
  for (const form of forms) {
    const { key } = holder(form).dataset;
    const choice = choices[key] ?? {};
    for (const field of $$("select, input", form)) {
      if (field.name === "example") offerExamples(form);
      field.value = (field.name === "example" && choice.dynamic ? GENERATED : choice[field.name]) ?? "";
      field.removeAttribute("aria-invalid");
    }
    const chip = $(".chip", holder(form));
    if (chip) chip.textContent = words(choice);
  }
  find();
}

// Changes go to the mock one after the other. Its state is shown only after the last of them, so that a choice that is
// still being made is not undone.
let changes = Promise.resolve();
let waiting = 0;

export function settled() {
  return changes;
}

// Fetches the choices of this session, or changes them; `field` is marked as invalid if the mock refuses.
export function ask(method, patch, message, field) {
  waiting += 1;
  changes = changes.then(async () => {
    try {
      const headers = { "Content-Type": "application/json", "Mock-Session": session, ...proof };
      const response = await fetch("/_mock/session", { method, headers, body: patch && JSON.stringify(patch) });
      const body = await response.json();
      if (!response.ok) throw new Error(body.message);
      choices = body.choices;
      if (waiting === 1) show();
      announce(message);
    } catch (error) {
      field?.setAttribute("aria-invalid", "true");
      announce(error instanceof TypeError ? "The mock does not respond." : error.message);
    } finally {
      waiting -= 1;
    }
  });
}

for (const form of forms) {
  const { key, name } = holder(form).dataset;
  form.addEventListener("change", ({ target }) => {
    if (target.name === "code") offerExamples(form);
    const choice = chosen(form);
    ask("PATCH", { [key]: choice }, `${name}: ${words(choice ?? {}) || "as documented"}.`, target);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}
for (const button of $$(".reset")) {
  const { key, name } = holder(button).dataset;
  button.addEventListener("click", () => ask("PATCH", { [key]: null }, `${name}: as documented.`));
}
$("#reset-all").addEventListener("click", () => ask("DELETE", undefined, "Every operation: as documented."));
$("#copy-session").addEventListener("click", () => copy(`Mock-Session: ${session}`, "the header"));

// Finding operations

const items = $$("[data-find]");
const folded = new Map($$(".document").map((each) => [each, each.open]));

function find() {
  const terms = $("#find").value.toLowerCase().split(/\s+/).filter(Boolean);
  const only = $("#only-chosen").checked;
  let count = 0;
  for (const item of items) {
    const fits = terms.every((word) => item.dataset.find.includes(word));
    item.hidden = !fits || (only && !choices[$(".operation", item).dataset.key]);
    count += !item.hidden;
  }
  for (const group of $$(".group")) group.hidden = !$("li:not([hidden])", group);
  const searching = terms.length > 0 || only;
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

show();
