// An operation is fetched when it is first opened: most are not, and the page stays small.

import { showIn } from "./choices.js";
import { $, element } from "./page.js";

async function load(operation) {
  $(".failed", operation)?.remove();
  try {
    const response = await fetch(`/_mock/operation?key=${encodeURIComponent(operation.dataset.key)}`);
    const text = await response.text();
    if (!response.ok) throw new Error(JSON.parse(text).message);
    if ($(".inside", operation)) return;
    // a template of the mock, in which everything from a contract is escaped
    operation.insertAdjacentHTML("beforeend", text);
    showIn($(".choices", operation));
  } catch (error) {
    const cause = error instanceof TypeError ? "The mock does not respond." : error.message;
    operation.append(element("p", { className: "failed violation", role: "status" }, `${cause} Reload the page if the contract was changed.`));
  }
}

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.matches(".operation[open]") && !$(".inside", target)) load(target);
  },
  true, // the event does not bubble
);
