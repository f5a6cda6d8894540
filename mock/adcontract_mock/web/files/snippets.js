// A request as code: for a shell, for JavaScript in Node or a browser, and for Python. Each runs as it is pasted.

export const MULTIPART = "multipart/form-data";
export const FILE = "from the control page";

// The lines of a multipart body: `name=text`, or `name=@file` for a file.
export const parts = (body) =>
  body.split("\n").map((line) => line.split(/=(.*)/s)).filter(([name]) => name.trim()).map(([name, value = ""]) => [name, value]);

const hasBody = ({ method, body }) => Boolean(body) && method !== "GET" && method !== "HEAD";
const isMultipart = (request) => hasBody(request) && request.headers["Content-Type"] === MULTIPART;

// The headers as they are sent: the client itself writes the type of a multipart body, with its boundary.
export function headersOf(request) {
  const { "Content-Type": type, ...others } = request.headers;
  return type && hasBody(request) && type !== MULTIPART ? { ...others, "Content-Type": type } : others;
}

const quoted = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

// The value of -F: quoted for curl, which takes `;` and `,` for its own outside quotes.
const formQuoted = (text) => `"${text.replace(/["\\]/g, String.raw`\$&`)}"`;

function curlPart([name, value]) {
  return value.startsWith("@")
    ? `-F ${quoted(`${name}=${formQuoted(FILE)};filename=${formQuoted(value.slice(1))}`)}`
    : `--form-string ${quoted(`${name}=${value}`)}`;
}

function curl(request) {
  const { method, url, body } = request;
  // without --globoff brackets and braces in an address are a pattern
  const lines = [`curl -i${/[[\]{}]/.test(url.href) ? " --globoff" : ""} ${quoted(url.href)}`];
  if (method === "HEAD") lines.push("--head");
  else if (method !== "GET") lines.push(`-X ${method}`);
  for (const [name, value] of Object.entries(headersOf(request))) {
    lines.push(`-H ${quoted(value ? `${name}: ${value}` : `${name};`)}`);
  }
  if (isMultipart(request)) lines.push(...parts(body).map(curlPart));
  else if (hasBody(request)) lines.push(`--data-raw ${quoted(body)}`);
  return lines.join(" \\\n  ");
}

const text = (value) =>
  value.includes("\n") ? `\`${value.replace(/[\\`]|\$(?=\{)/g, String.raw`\$&`)}\`` : JSON.stringify(value);

function fetchCode(request) {
  const { method, url, body } = request;
  const lines = [`  method: ${text(method)},`];
  const headers = Object.entries(headersOf(request)).map(([name, value]) => `    ${text(name)}: ${text(value)},`);
  if (headers.length) lines.push("  headers: {", ...headers, "  },");
  const form = isMultipart(request) ? ["const form = new FormData();"] : [];
  for (const [name, value] of form.length ? parts(body) : []) {
    const file = `new Blob([${text(FILE)}]), ${text(value.slice(1))}`;
    form.push(`form.append(${text(name)}, ${value.startsWith("@") ? file : text(value)});`);
  }
  if (form.length) lines.push("  body: form,");
  else if (hasBody(request)) lines.push(`  body: ${text(body)},`);
  const call = [`const response = await fetch(${text(url.href)}, {`, ...lines, "});"];
  return [...form, ...call, "console.log(response.status, await response.text());"].join("\n");
}

// A text as Python has it, where JSON's escapes are the same.
const pythonText = (value) =>
  value.includes("\n") ? `'''${value.replace(/[\\']/g, String.raw`\$&`)}'''` : JSON.stringify(value);

function python(request) {
  const { method, url, body } = request;
  const lines = [`    ${pythonText(method)},`, `    ${pythonText(url.href)},`];
  const headers = Object.entries(headersOf(request)).map(([name, value]) => `        ${pythonText(name)}: ${pythonText(value)},`);
  if (headers.length) lines.push("    headers={", ...headers, "    },");
  if (isMultipart(request)) {
    const files = parts(body).map(([name, value]) =>
      value.startsWith("@")
        ? `        (${pythonText(name)}, (${pythonText(value.slice(1))}, ${pythonText(FILE)})),`
        : `        (${pythonText(name)}, (None, ${pythonText(value)})),`);
    lines.push("    files=[", ...files, "    ],");
  } else if (hasBody(request)) {
    lines.push(`    data=${pythonText(body)}.encode(),`);
  }
  const call = ["response = requests.request(", ...lines, ")"];
  return ["import requests", "", ...call, "print(response.status_code, response.text)"].join("\n");
}

export const LANGUAGES = { curl, fetch: fetchCode, Python: python };
