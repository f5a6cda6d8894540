/** What a client prefers: in the header `Prefer` (RFC 7240), or as `__name=value` in the query. */

/** The preferences that the handlers obey; `delay` is in milliseconds, a number or two like `100-500`. */
export interface Preferences {
  readonly code?: string;
  readonly example?: string;
  readonly delay?: string;
  readonly fault?: string;
}

const NAMES = ["code", "example", "delay", "fault"] as const;
const TOKEN = "[\\w!#$%&'*+\\-.^`|~]+";
const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"';
const PREFERENCE = new RegExp(`\\s*(${TOKEN})\\s*(?:=\\s*(?:${QUOTED}|(${TOKEN}))?)?\\s*(?:;[^,]*)?(?:,|$)`, "g");
const IS_TOKEN = new RegExp(`^${TOKEN}$`);

/** Return the preferences of a request; `Prefer` goes before the query. */
export function preferencesOf(request: Request, url: URL): Preferences {
  const found: Record<string, string> = {};
  for (const name of NAMES) {
    const value = url.searchParams.get(`__${name}`);
    if (value !== null) found[name] = value;
  }
  const seen = new Set<string>();
  for (const [, written = "", quoted, token] of (request.headers.get("prefer") ?? "").matchAll(PREFERENCE)) {
    const name = written.toLowerCase();
    if ((NAMES as readonly string[]).includes(name) && !seen.has(name)) {
      found[name] = quoted?.replace(/\\(.)/g, "$1") ?? token ?? "";
      seen.add(name);
    }
  }
  return found;
}

/** Return a response that says which preferences of its request were obeyed (RFC 7240, 3). */
export function applied(response: Response, { code, example, delay, fault }: Preferences): Response {
  const written = Object.entries({ code, example, delay, fault }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${IS_TOKEN.test(value) ? value : JSON.stringify(value)}`],
  );
  if (written.length) response.headers.set("Preference-Applied", written.join(", "));
  return response;
}

/** Wait for as long as `delay` says. */
export async function wait(delay: string | undefined): Promise<void> {
  const [, low, high] = /^([0-9]{1,6})(?:-([0-9]{1,6}))?$/.exec(delay ?? "") ?? [];
  if (low === undefined) return;
  const most = Number(high ?? low);
  await new Promise((done) => setTimeout(done, Number(low) + Math.random() * (most - Number(low))));
}
