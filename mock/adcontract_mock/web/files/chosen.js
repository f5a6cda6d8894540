// The chosen responses above the operations: one click drops one of them.

import { ask, choices, choose } from "./choices.js";
import { $, $$, element, said } from "./page.js";

const EVERY = "*";
const operations = new Map($$(".operation").map((each) => [each.dataset.key, each]));
const named = (key) => (key === EVERY ? "Every operation" : (operations.get(key)?.dataset.name ?? key));

// Opens the place of a choice.
function go(key) {
  const place = operations.get(key) ?? $(".every");
  if (place.closest("[hidden]")) $("#nothing button").click();
  for (let each = place; each; each = each.parentElement.closest("details")) each.open = true;
  $("summary", place).focus();
}

function chip(key) {
  const name = named(key);
  const show = element("button", { type: "button", title: key === EVERY ? "" : key }, name);
  show.addEventListener("click", () => go(key));
  const drops = Object.entries(choices[key]).map(([preference, value]) => {
    const words = said(preference, value);
    const drop = element("button", { type: "button", className: "drop", ariaLabel: `${words}: drop it from ${name}` }, words);
    drop.addEventListener("click", () => {
      const { [preference]: _, ...others } = choices[key];
      choose(key, name, Object.keys(others).length ? others : null);
    });
    return drop;
  });
  return element("li", {}, show, ...drops);
}

function show() {
  // a chip that goes leaves the focus to its neighbor
  const focused = $$("#chosen .drop").indexOf(document.activeElement);
  const keys = Object.keys(choices).sort((one, other) => (other === EVERY) - (one === EVERY));
  $("#chosen").replaceChildren(...keys.map(chip));
  $("#none-chosen").hidden = keys.length > 0;
  $("#some-chosen").hidden = keys.length === 0;
  const drops = $$("#chosen .drop");
  if (focused >= 0) (drops[Math.min(focused, drops.length - 1)] ?? $("#find")).focus();
}

$("#reset-all").addEventListener("click", () => {
  $("#find").focus(); // the button is about to go
  ask("DELETE", undefined, "Every operation: as documented.");
});
document.addEventListener("choices", show);
if (matchMedia("(max-width: 40rem)").matches) $(".every").open = Boolean(choices[EVERY]);
show();
