/**
 * The choice of a response, as the mock makes it: the operation by method and path, the credentials, what the client
 * prefers, the payload whose request matches, or the default one. Requests are not validated: `adcontract mock` does.
 */
import { fixtures } from "./fixtures.js";
import { choose } from "./negotiation.js";
import { table } from "./operations.js";
import { type Preferences, preferencesOf, wait } from "./preferences.js";
import type { DeclaredResponse, File, Match, Operation, Scheme } from "./table.js";

/** What `respond` sets for an operation: preferences that go after those of the request, and a body. */
export interface Chosen extends Preferences {
  readonly body?: unknown;
}

interface Found {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
}

/** What stands in the response to an unknown name. */
const NO_NAME = "no-such-name";

const ROUTES = table.operations.map((operation) => ({ operation, pattern: new RegExp(`^${operation.pattern}$`) }));
const PAYLOADS = fixtures as unknown as Readonly<Record<string, Record<string, Record<string, unknown>>>>;

/** Return the path of a request below `base`, undefined if it is not below it. */
function below(base: string, url: URL): string | undefined {
  const root = new URL(base, globalThis.location?.href);
  const prefix = root.pathname.replace(/\/$/, "");
  return url.origin === root.origin && url.pathname.startsWith(`${prefix}/`)
    ? url.pathname.slice(prefix.length)
    : undefined;
}

/** Return the operation that a request to the API at `base` is for, or undefined. */
export function operationOf(request: Request, base: string): string | undefined {
  const path = below(base, new URL(request.url));
  return path === undefined ? undefined : find(request.method, path)?.operation.id;
}

/** Return the response to a request to the API at `base`; undefined if the request is not for it. */
export async function responseTo(
  request: Request,
  base: string,
  cookies: Readonly<Record<string, string>> = {},
  chosen: Chosen = {},
): Promise<Response | undefined> {
  const url = new URL(request.url);
  const path = below(base, url);
  if (path === undefined) return undefined;
  const found = find(request.method, path);
  const response = found ? await responseOf(found, request, url, cookies, chosen) : withoutOperation(request.method, path);
  // a page's own files may be below the base of an API that is on its own host
  if (!found && response.status === 404 && url.origin === globalThis.location?.origin) return undefined;
  return request.method === "HEAD" ? new Response(null, response) : response;
}

function find(method: string, path: string): Found | undefined {
  const at = ROUTES.find(({ pattern }) => pattern.test(path));
  if (!at) return undefined;
  const methods = ROUTES.filter(({ operation }) => operation.pattern === at.operation.pattern);
  const named = (name: string) => methods.find(({ operation }) => operation.method === name);
  const route = named(method) ?? (method === "HEAD" ? named("GET") : undefined);
  if (!route) return undefined;
  const values = route.pattern.exec(path)?.slice(1) ?? [];
  const names = route.operation.names;
  return { operation: route.operation, path: Object.fromEntries(names.map((name, i) => [name, text(values[i])])) };
}

function text(segment: string | undefined): string {
  try {
    return decodeURIComponent(segment ?? "");
  } catch {
    return segment ?? "";
  }
}

/** Return the 404, or the 405 with the methods that the path has. */
function withoutOperation(method: string, path: string): Response {
  const methods = ROUTES.filter(({ pattern }) => pattern.test(path)).map(({ operation }) => operation.method);
  if (!methods.length) return fixed(table.unknownPath);
  const allowed = [...new Set([...methods, "OPTIONS", ...(methods.includes("GET") ? ["HEAD"] : [])])].sort().join(", ");
  if (method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow: allowed } });
  const response = fixed(table.unknownMethod);
  response.headers.set("Allow", allowed);
  return response;
}

async function responseOf(
  { operation, path }: Found,
  request: Request,
  url: URL,
  cookies: Readonly<Record<string, string>>,
  chosen: Chosen,
): Promise<Response> {
  const credential = (scheme: Scheme) => hasCredential(scheme, request, url, cookies);
  if (operation.security.length && !operation.security.some((schemes) => schemes.every(credential))) {
    return fixed(operation.unauthenticated);
  }
  const own = preferencesOf(request, url);
  // what a request says of the body replaces all that was chosen of it
  const preferred: Chosen = own.code === undefined && own.example === undefined ? { ...chosen, ...own } : own;
  await wait(preferred.delay);
  const status = preferred.code ?? operation.success;
  const declared = operation.responses[status];
  if (!declared) {
    const shared = table.shared[status];
    return shared === undefined ? fixed(operation.unknownStatus, status) : applied(fixed(shared), own);
  }
  const usual = preferred.code === undefined ? await matching(operation, path, request, url) : undefined;
  const chosenName = preferred.example ?? usual ?? declared.payload;
  if (own.example !== undefined && !declared.names.includes(own.example)) return fixed(declared.unknownName, own.example);
  const name = page(declared, chosenName, url);
  const media = mediaOf(operation, status, declared, request, url);
  if (media === undefined && declared.media.length) return fixed(operation.notAcceptable);
  const headers = new Headers(declared.headers);
  if (media === undefined) return applied(new Response(null, { status: declared.status, headers }), own);
  headers.set("Content-Type", media);
  const file = declared.files[media]?.[name];
  const body =
    "body" in preferred
      ? JSON.stringify(preferred.body)
      : file === undefined
        ? JSON.stringify(PAYLOADS[operation.id]?.[status]?.[name])
        : bytes(file);
  return applied(new Response(body, { status: declared.status, headers }), own);
}

/** Return a response that says which preferences of the request were obeyed (RFC 7240, 3). */
function applied(response: Response, { code, example, delay }: Preferences): Response {
  const obeyed = Object.entries({ code, example, delay }).filter(([, value]) => value !== undefined);
  const written = obeyed.map(([name, value]) => `${name}=${/^[\w!#$%&'*+\-.^`|~]+$/.test(value ?? "") ? value : JSON.stringify(value)}`);
  if (written.length) response.headers.set("Preference-Applied", written.join(", "));
  return response;
}

/** Return the name of the page of a payload that the query asks for. */
function page(declared: DeclaredResponse, payload: string, url: URL): string {
  const asked = declared.pages[payload]?.findLast(
    ({ parameter, start }) => Number(url.searchParams.get(parameter)) >= start,
  );
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

/** Return the name of the payload whose request is contained in this one. */
async function matching(operation: Operation, path: Found["path"], request: Request, url: URL) {
  for (const match of operation.matches) {
    if (await matches(match, path, request, url)) return match.payload;
  }
  return undefined;
}

async function matches(match: Match, path: Found["path"], request: Request, url: URL): Promise<boolean> {
  const same = (given: readonly string[], asked: readonly string[]) =>
    // an empty value that the contract allows is as good as none
    given.length ? given.length === asked.length && given.every((each, i) => each === asked[i]) : asked.every((each) => !each);
  return (
    Object.entries(match.path).every(([name, value]) => path[name] === value) &&
    Object.entries(match.query).every(([name, values]) => same(url.searchParams.getAll(name), values)) &&
    Object.entries(match.header).every(([name, value]) => request.headers.get(name) === value) &&
    (match.body === undefined || contains(await json(request), match.body))
  );
}

async function json(request: Request): Promise<unknown> {
  try {
    return await request.clone().json();
  } catch {
    return undefined;
  }
}

/** Return whether `whole` has the named members of an object, every entry of a list, an equal value. */
function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) {
    return Array.isArray(whole) && whole.length === part.length && part.every((each, i) => contains(whole[i], each));
  }
  if (typeof part !== "object" || part === null) return whole === part;
  if (typeof whole !== "object" || whole === null || Array.isArray(whole)) return false;
  const members = whole as Record<string, unknown>;
  return Object.entries(part).every(([name, each]) => (name in members ? contains(members[name], each) : each === ""));
}

function hasCredential(scheme: Scheme, request: Request, url: URL, cookies: Readonly<Record<string, string>>): boolean {
  if (scheme.in === "query") return Boolean(url.searchParams.get(scheme.name));
  if (scheme.in === "cookie") return Boolean(cookies[scheme.name]);
  const value = request.headers.get(scheme.name)?.trim() ?? "";
  if (!scheme.word) return Boolean(value);
  const [word = "", credential = ""] = value.split(/ (.*)/s);
  return word.toLowerCase() === scheme.word.toLowerCase() && Boolean(credential.trim());
}

/** Return a response as it is; `name` is what a client has asked for in vain. */
function fixed(index: number, name?: string): Response {
  const { status, headers, body } = table.fixed[index] ?? { status: 500, headers: {}, body: "" };
  const written = name !== undefined && typeof body === "string" ? body.replaceAll(NO_NAME, JSON.stringify(name).slice(1, -1)) : bytes(body);
  return new Response(written || null, { status, headers: { ...headers } });
}

function bytes(file: File): string | Uint8Array<ArrayBuffer> {
  return typeof file === "string" ? file : Uint8Array.from(atob(file.base64), (char) => char.charCodeAt(0));
}
