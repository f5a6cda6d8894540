// A request of the journal as code that sends it again.

import { $, copy, element } from "./page.js";
import { LANGUAGES } from "./snippets.js";

// What a client writes itself, anew for each request.
const OWN = /^(host|connection|content-length|transfer-encoding|accept-encoding|user-agent|origin|referer|cookie|sec-.*|mock-page-token)$/;

const titled = (name) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

// The journal has no credentials: a token is the one of the page, whatever else was removed stays so.
function header([name, value]) {
  return [titled(name), name === "authorization" ? value.replace(/^Bearer \[redacted\]$/, () => `Bearer ${$("#credential").value}`) : value];
}

function request({ method, path, query, request: { headers, body } }) {
  const kept = Object.entries(headers).filter(([name]) => !OWN.test(name));
  const url = new URL(location.origin + path + (query && `?${query}`));
  return { method, url, headers: Object.fromEntries(kept.map(header)), body: body?.text ?? "" };
}

// The buttons that copy an entry; none where its body is not in the journal, or not whole.
export function copyButtons(entry) {
  const { body } = entry.request;
  if (body?.binary || body?.cut) return element("p", { className: "quiet" }, "Its body is too long, or binary, to be copied.");
  const buttons = Object.keys(LANGUAGES).map((language) => {
    const button = element("button", { type: "button", ariaLabel: `Copy the request as ${language}` }, language);
    button.addEventListener("click", () => copy(LANGUAGES[language](request(entry)), language === "curl" ? "the command" : "the code"));
    return button;
  });
  return element("p", { className: "joined" }, element("span", { className: "quiet" }, "Copy as"), ...buttons);
}
