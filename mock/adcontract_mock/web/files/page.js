// Shared by all parts of the control page.

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
export const session = document.body.dataset.session;

// What a change has to carry, so that the mock knows that it comes from this page.
export const proof = { "Mock-Page-Token": document.body.dataset.pageToken };

// Elements get text only, so that nothing from a request or a contract becomes markup.
export function element(name, attributes = {}, ...children) {
  const created = Object.assign(document.createElement(name), attributes);
  created.append(...children);
  return created;
}

// Texts of a contract have code between backticks.
export function prose(text) {
  return text.split("`").map((part, index) => (index % 2 ? element("code", {}, part) : part));
}

export function status(code) {
  return element("span", { className: `status s${String(code)[0]}` }, String(code));
}

export function pretty(text, type) {
  if (!/\bjson\b/.test(type ?? "")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

// A choice, or the preferences that a response obeyed, in a few words.
const summaries = JSON.parse(document.body.dataset.summaries);

export function said(preference, value) {
  const [, summary] = summaries.find(([name]) => name === preference) ?? [preference, "{}"];
  return summary.replace("{}", () => value);
}

export function words(choice = {}) {
  const chosen = summaries.filter(([name]) => choice[name]);
  return chosen.map(([name]) => said(name, choice[name])).join(" \u00b7 ");
}

let clearing;
export function announce(text) {
  clearTimeout(clearing);
  $("#message").textContent = text;
  clearing = setTimeout(() => { $("#message").textContent = ""; }, 6000);
}

// Pages of other hosts than this one have no clipboard without TLS: there the old way works.
function copyOld(text) {
  const focused = document.activeElement;
  const area = element("textarea", { value: text, className: "unseen" });
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return done;
}

export async function copy(text, name) {
  let done;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    done = copyOld(text);
  }
  announce(done ? `Copied ${name}.` : `The browser does not allow this page to copy. Here is the text: ${text}`);
}
