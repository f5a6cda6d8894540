/**
 * The choice of a response, as the mock makes it: the operation by method and path, the credentials, what the client
 * prefers, the payload whose request matches, or the default one. Requests are not validated: `adcontract mock` does.
 */
import { fixtures } from "./fixtures.js";
import { FAULTS, type Fault, spoiled } from "./faults.js";
import { hasCredential, matches } from "./matching.js";
import { choose } from "./negotiation.js";
import { table } from "./operations.js";
import { applied, type Preferences, preferencesOf, wait } from "./preferences.js";
import { below, type Found, find, methods } from "./routing.js";
import type { DeclaredResponse, File, Operation } from "./table.js";

/** What `respond` sets for an operation: preferences that go after those of the request, and a body. */
export interface Chosen extends Preferences {
  readonly body?: unknown;
}

type Cookies = Readonly<Record<string, string>>;

const PAYLOADS = fixtures as unknown as Readonly<Record<string, Record<string, Record<string, unknown>>>>;

/** What stands in the response to an unknown name. */
const NO_NAME = "no-such-name";

/** Return the ID of the operation that a request to the API at `base` is for, or undefined. */
export function operationOf(request: Request, base: string): string | undefined {
  const path = below(base, new URL(request.url));
  return path === undefined ? undefined : find(request.method, path)?.operation.id;
}

/** Return what an operation, of this ID, does not have of a choice: its status, its payload, its fault; else undefined. */
export function missingOf(id: string, { code, example, fault }: Chosen): string | undefined {
  const operation = table.operations.find((each) => each.id === id);
  if (!operation) return unknownName("There is no operation", id, table.operations.map((each) => each.id));
  const { responses, shared, success } = operation;
  const status = code ?? success;
  const declared = responses[status];
  if (!declared && (example !== undefined || !(status in shared))) {
    return unknownName(`${id} has no status`, status, [...Object.keys(responses), ...Object.keys(shared)]);
  }
  const payloads = Object.keys(PAYLOADS[id]?.[status] ?? {});
  const names = [...new Set([...(declared?.names ?? []), ...payloads])];
  if (example !== undefined && !names.includes(example)) {
    return unknownName(`The response ${status} of ${id} has no payload`, example, names);
  }
  return fault === undefined || isFault(fault) ? undefined : unknownName("There is no fault", fault, FAULTS);
}

/** Return whether any operation has all of a choice. */
export function anyHas(choice: Chosen): boolean {
  return table.operations.some(({ id }) => missingOf(id, choice) === undefined);
}

function unknownName(what: string, name: string, names: readonly string[]): string {
  return `${what} ${name}. There ${names.length === 1 ? "is" : "are"} ${names.join(", ") || "none"}.`;
}

/** Return the response to a request to the API at `base`; undefined if the request is not for it. */
export async function responseTo(
  request: Request,
  base: string,
  cookies: Cookies = {},
  chosen: Chosen = {},
): Promise<Response | undefined> {
  const url = new URL(request.url);
  const path = below(base, url);
  if (path === undefined) return undefined;
  const found = find(request.method, path);
  const response = found ? await responseOf(found, request, url, cookies, chosen) : unknown(request.method, path, url);
  const withoutBody = request.method === "HEAD" && response !== undefined && response.type !== "error";
  return withoutBody ? new Response(null, response) : response;
}

/** Return the 404, or the 405 with the methods that the path has; undefined for a file of the page's own host. */
function unknown(method: string, path: string, url: URL): Response | undefined {
  const allowed = methods(path);
  if (!allowed.length) return url.origin === globalThis.location?.origin ? undefined : fixed(table.unknownPath);
  const response = method === "OPTIONS" ? new Response(null, { status: 204 }) : fixed(table.unknownMethod);
  response.headers.set("Allow", allowed.join(", "));
  return response;
}

async function responseOf(
  found: Found,
  request: Request,
  url: URL,
  cookies: Cookies,
  chosen: Chosen,
): Promise<Response> {
  const own = preferencesOf(request, url);
  // what a request says of the body replaces all that was chosen of it
  const preferred: Chosen = own.code === undefined && own.example === undefined ? { ...chosen, ...own } : own;
  const { fault } = preferred;
  if (fault !== undefined && !isFault(fault)) return fixed(table.unknownFault, fault);
  const response = await withoutFault(found, request, url, cookies, preferred, own);
  if (fault === undefined) return response;
  const error = found.operation.faults[fault];
  const broken = error === undefined ? await spoiled(response, fault) : fixed(error);
  return broken.type === "error" ? broken : applied(broken, own);
}

function isFault(name: string): name is Fault {
  return (FAULTS as readonly string[]).includes(name);
}

async function withoutFault(
  { operation, path }: Found,
  request: Request,
  url: URL,
  cookies: Cookies,
  preferred: Chosen,
  own: Preferences,
): Promise<Response> {
  const { security } = operation;
  if (security.length && !security.some((all) => all.every((each) => hasCredential(each, request, url, cookies)))) {
    return fixed(operation.unauthenticated);
  }
  await wait(preferred.delay);
  const status = preferred.code ?? operation.success;
  const declared = operation.responses[status];
  if (!declared) {
    const shared = operation.shared[status];
    return shared === undefined ? fixed(operation.unknownStatus, status) : applied(fixed(shared), own);
  }
  if (own.example !== undefined && !declared.names.includes(own.example)) {
    return fixed(declared.unknownName, own.example);
  }
  const media = mediaOf(operation, status, declared, request, url);
  if (media === undefined && declared.media.length) return fixed(operation.notAcceptable);
  if ("body" in preferred) return applied(withBody(declared, jsonOf(declared), JSON.stringify(preferred.body)), own);
  const usual = preferred.code === undefined ? await matching(operation, path, request, url) : undefined;
  const name = page(declared, preferred.example ?? usual ?? declared.payload, url);
  const file = media === undefined ? undefined : declared.files[media]?.[name];
  const body = file === undefined ? JSON.stringify(PAYLOADS[operation.id]?.[status]?.[name]) : bytes(file);
  return applied(withBody(declared, media, body, name), own);
}

function withBody(declared: DeclaredResponse, media: string | undefined, body: BodyInit | undefined, payload?: string) {
  const headers = new Headers((payload && declared.ownHeaders[payload]) || declared.headers);
  if (media !== undefined) headers.set("Content-Type", media);
  return new Response(media === undefined ? null : body, { status: declared.status, headers });
}

/** Return the name of the page of a payload that the query asks for. */
function page(declared: DeclaredResponse, payload: string, url: URL): string {
  const asked = declared.pages[payload]?.findLast(({ parameter, start }) => {
    const value = url.searchParams.get(parameter);
    return typeof start === "string" ? value === start : Number(value) >= start;
  });
  return asked?.payload ?? payload;
}

/** Return the media type in which a response is sent: as a parameter asks, or `Accept`; undefined for none. */
function mediaOf(operation: Operation, status: string, declared: DeclaredResponse, request: Request, url: URL) {
  if (!status.startsWith("2")) return declared.media[0];
  for (const [name, formats] of Object.entries(operation.formats)) {
    const asked = url.searchParams.get(name);
    const media = asked === null ? undefined : formats[asked];
    if (media !== undefined && declared.media.includes(media)) return media;
  }
  return choose(declared.media, request.headers.get("accept"));
}

/** Return the media type of a body that is given as data. */
function jsonOf(declared: DeclaredResponse): string {
  return declared.media.find((each) => each.includes("json")) ?? "application/json";
}

/** Return the name of the payload whose request is contained in this one. */
async function matching(operation: Operation, path: Found["path"], request: Request, url: URL) {
  for (const match of operation.matches) {
    if (await matches(match, path, request, url)) return match.payload;
  }
  return undefined;
}

/** Return a response as it is; `name` is what a client has asked for in vain. */
function fixed(index: number, name?: string): Response {
  const { status, headers, body } = table.fixed[index] ?? { status: 500, headers: {}, body: "" };
  const text = name !== undefined && typeof body === "string" ? body.replaceAll(NO_NAME, escaped(name)) : body;
  return new Response(bytes(text) || null, { status, headers: { ...headers } });
}

/** Return a text as it stands inside a string of JSON. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function bytes(file: File): string | Uint8Array<ArrayBuffer> {
  return typeof file === "string" ? file : Uint8Array.from(atob(file.base64), (char) => char.charCodeAt(0));
}
