// The keys: `/` finds, arrows go from operation to operation, Escape closes, Control or Command and Enter sends.

import { $, $$ } from "./page.js";

const search = $("#find");
const typing = (target) => target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
// a list that is open takes the key itself
const hasList = (target) => target.matches("select, input[list]");

function step(from, by) {
  const summaries = $$("main .document > summary, main .operation > summary").filter((each) => each.checkVisibility());
  const index = from === search ? -1 : summaries.indexOf(from);
  (summaries[index + by] ?? (by < 0 ? search : from)).focus();
}

function close(target) {
  const operation = target.closest(".operation[open]");
  if (!operation || hasList(target)) return false;
  operation.open = false;
  $("summary", operation).focus();
  return true;
}

function clear() {
  if (!search.value) return false;
  search.value = "";
  search.dispatchEvent(new Event("input"));
  return true;
}

const KEYS = {
  "/": ({ target, ctrlKey, metaKey, altKey }) => {
    if (typing(target) || ctrlKey || metaKey || altKey) return false;
    search.focus();
    search.select();
    return true;
  },
  Escape: ({ target }) => (target === search ? clear() : close(target)),
  ArrowDown: ({ target }) => (target === search || target.matches("main summary")) && (step(target, 1), true),
  ArrowUp: ({ target }) => target.matches("main summary") && (step(target, -1), true),
  Enter: ({ target, ctrlKey, metaKey }) => {
    const form = (ctrlKey || metaKey || target.matches(".address")) && target.closest(".try");
    form?.requestSubmit?.();
    return Boolean(form);
  },
};

document.addEventListener("keydown", (event) => {
  if (!event.isComposing && !event.defaultPrevented && KEYS[event.key]?.(event)) event.preventDefault();
});
