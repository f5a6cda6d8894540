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

// A choice, or what was obeyed of it, in a few words.
export function words(choice = {}) {
  const told = [choice.snapshot, choice.code, choice.example, choice.dynamic && "made from the schema"];
  if (choice.state) told.push(`state ${choice.state}`);
  if (choice.delay) told.push(`${choice.delay} ms`);
  if (choice.fault) told.push(choice.fault);
  return told.filter(Boolean).join(" · ");
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
