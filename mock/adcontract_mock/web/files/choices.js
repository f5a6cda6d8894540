// The choices: the mock keeps them for this session, and the forms show them.

import { $, $$, copy, element, proof, prose, session, announce, words } from "./page.js";

// An option that no contract can name: a body that is generated from the schema.
const GENERATED = "\u2014generated\u2014";

const holder = (form) => form.closest("[data-key]");
export let choices = JSON.parse(document.body.dataset.choices);

function chosen(form) {
  const filled = $$("select, input", form).filter((field) => field.value.trim());
  const choice = Object.fromEntries(filled.map((field) => [field.name, field.value.trim()]));
  if (choice.example === GENERATED) {
    delete choice.example;
    choice.dynamic = "true";
  }
  return Object.keys(choice).length ? choice : null;
}

function option([value, label, hint]) {
  const created = new Option(label, value);
  if (hint) created.dataset.hint = hint;
  return created;
}

function offerExamples(form) {
  if (!form.dataset.examples) return;
  const status = form.elements.code.value;
  const examples = (JSON.parse(form.dataset.examples)[status] ?? []).map(option);
  const states = document.createElement("optgroup");
  states.label = "states";
  if (!status || status === form.dataset.success) states.append(...JSON.parse(form.dataset.states).map(option));
  const select = form.elements.example;
  const current = select.value;
  select.replaceChildren(select.options[0], ...examples, ...(states.children.length ? [states] : []));
  select.value = [...select.options].some(({ value }) => value === current) ? current : "";
}

// A closed list shows a name; what the contract says of it is below.
function explain(form) {
  const hints = $$("select", form).map((select) => {
    const hint = select.selectedOptions[0]?.dataset.hint ?? "";
    select.ariaDescription = hint.replaceAll("`", "");
    return [$("span", select.parentElement).textContent, hint];
  });
  const shown = hints.filter(([, hint]) => hint);
  $(".hints", form).replaceChildren(
    ...shown.map(([label, hint]) => element("li", {}, element("span", {}, element("b", {}, `${label}: `), ...prose(hint)))),
  );
}

// Shows the choice of a form, as the mock keeps it.
export function showIn(form) {
  const choice = choices[holder(form).dataset.key] ?? {};
  for (const field of $$("select, input", form)) {
    if (field.name === "example") offerExamples(form);
    field.removeAttribute("aria-invalid");
    // what is being typed is not taken away by an earlier choice that is only now confirmed
    if (field === document.activeElement && field.matches("input")) continue;
    field.value = (field.name === "example" && choice.dynamic ? GENERATED : choice[field.name]) ?? "";
  }
  explain(form);
  const reset = $(".reset", form);
  if (reset) reset.hidden = !choices[holder(form).dataset.key];
}

function show() {
  $$(".choices").forEach(showIn);
  for (const operation of $$(".operation")) $(".chip", operation).textContent = words(choices[operation.dataset.key]);
  document.dispatchEvent(new Event("choices"));
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

// Chooses for an operation, or for all (`*`): null is as documented.
export function choose(key, name, choice, field) {
  ask("PATCH", { [key]: choice }, `${name}: ${words(choice ?? {}) || "as documented"}.`, field);
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest(".choices");
  if (!form) return;
  if (target.name === "code") offerExamples(form);
  explain(form);
  const { key, name } = holder(form).dataset;
  choose(key, name, chosen(form), target);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches(".choices")) event.preventDefault();
});
document.addEventListener("click", ({ target }) => {
  if (!target.matches(".reset")) return;
  const { key, name } = holder(target).dataset;
  choose(key, name, null);
});
$("#copy-session").addEventListener("click", () => copy(`Mock-Session: ${session}`, "the header"));

show();
