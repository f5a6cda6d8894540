// What every part of the control page uses.

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
export const session = document.body.dataset.session;

// Elements are made from text only: nothing that a request or a contract says becomes markup.
export function element(name, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
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

export function words(choice = {}) {
  const chosen = summaries.filter(([name]) => choice[name]);
  return chosen.map(([name, summary]) => summary.replace("{}", () => choice[name])).join(" · ");
}

let forgotten;
export function tell(text) {
  clearTimeout(forgotten);
  $("#told").textContent = text;
  forgotten = setTimeout(() => { $("#told").textContent = ""; }, 6000);
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    tell(`Copied ${what}.`);
  } catch {
    tell(`The browser does not let this page copy. Here it is: ${text}`);
  }
}
