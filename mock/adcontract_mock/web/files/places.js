// The lines of what was sent, each with its place, so that a part that breaks the contract can be marked.

// The lines of a JSON text, indented, each with the place of the member or item that starts on it: `targets.0.id`.
// Numbers stay as they were sent. Works for a text that is cut, too.
function jsonLines(text) {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  const lines = [{ text: "", place: "" }];
  const around = []; // the objects and lists that are open
  let place = "";
  const start = (where) => lines.push({ text: "  ".repeat(around.length), place: where });
  const write = (token) => { lines.at(-1).text += token; };
  tokens.forEach((token, position) => {
    const inside = around.at(-1);
    const isEnd = token === "}" || token === "]";
    if (inside?.awaits && !isEnd) {
      inside.awaits = false;
      place = `${inside.place}${inside.place && "."}${inside.isList ? inside.count++ : member(token)}`;
      start(place);
    }
    if (isEnd) {
      around.pop();
      if (!"{[".includes(tokens[position - 1])) start(null);
    }
    write(token === ":" ? ": " : token);
    if (token === "{" || token === "[") around.push({ place, isList: token === "[", count: 0, awaits: true });
    else if (token === "," && inside) inside.awaits = true;
  });
  return lines;
}

function member(token) {
  try {
    return JSON.parse(token);
  } catch {
    return token;
  }
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

// A part of a form, or a parameter of a query: `filter[name]` is the place `filter.name`.
function parameter(pair) {
  let name = pair.split("=", 1)[0].replaceAll("+", " ");
  try {
    name = decodeURIComponent(name);
  } catch {
    // it stays as it was sent
  }
  return name.replace(/\[\]$/, "").replace(/\[([^\]]*)\]/g, ".$1");
}

// The lines of any other text; those of a multipart body begin a part.
function plainLines(text) {
  const lines = text.split("\n").map((line) => ({ text: line, place: /\bname="([^"]*)"/.exec(line)?.[1] ?? null }));
  lines[0].place ??= "";
  return lines;
}

// The parts of a query or a form, each on a line.
export function pairLines(text, first = "") {
  return text ? text.split("&").map((pair, n) => ({ text: `${n ? "&" : first}${pair}`, place: parameter(pair) })) : [];
}

export function headerLines(headers) {
  return Object.entries(headers).map(([name, value]) => ({ text: `${name}: ${value}`, place: name }));
}

// The lines of a body as the journal has it. Where its type is not known, it may be JSON.
export function bodyLines(body, type = "application/json") {
  if (!body) return [];
  if (body.binary) return [{ text: `(${body.size} bytes of binary data)`, place: "" }];
  const isWhole = !body.cut;
  const lines = /\bjson\b/.test(type) && (isWhole ? isJson(body.text) : /^\s*[{[]/.test(body.text)) ? jsonLines(body.text)
    : /\bx-www-form-urlencoded\b/.test(type) ? pairLines(body.text) : plainLines(body.text);
  if (!isWhole) lines.push({ text: `… (${body.size} bytes)`, place: null });
  return lines;
}

// The line where a field is, or the nearest that holds it: a missing member is marked at its object.
export function lineOf(lines, field) {
  const within = (outer, inner) => outer === "" || inner === outer || inner.startsWith(`${outer}.`);
  let found = null;
  for (const line of lines) {
    if (line.place === null || !within(line.place, field)) continue;
    if (found === null || line.place.length > found.place.length) found = line;
  }
  return found;
}
