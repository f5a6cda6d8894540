/** Whether a request contains what a payload answers, and a credential. */
import type { Match, Scheme } from "./table.js";

/** Return whether a request contains everything in `match`; `path` has the values in its path. */
export async function matches(
  match: Match,
  path: Readonly<Record<string, string>>,
  request: Request,
  url: URL,
): Promise<boolean> {
  return (
    Object.entries(match.path).every(([name, value]) => path[name] === value) &&
    Object.entries(match.query).every(([name, values]) => same(url.searchParams.getAll(name), values)) &&
    Object.entries(match.header).every(([name, value]) => request.headers.get(name) === value) &&
    (match.body === undefined || contains(await bodyOf(request), match.body))
  );
}

/** Return whether a request has the credential of a scheme; `cookies` are those that it is sent with. */
export function hasCredential(
  scheme: Scheme,
  request: Request,
  url: URL,
  cookies: Readonly<Record<string, string>>,
): boolean {
  if (scheme.in === "query") return Boolean(url.searchParams.get(scheme.name));
  if (scheme.in === "cookie") return Boolean(cookies[scheme.name]);
  const value = request.headers.get(scheme.name)?.trim() ?? "";
  if (!scheme.word) return Boolean(value);
  const [word = "", credential = ""] = value.split(/ (.*)/s);
  return word.toLowerCase() === scheme.word.toLowerCase() && Boolean(credential.trim());
}

/** An empty value that the contract allows is as good as none. */
function same(given: readonly string[], asked: readonly string[]): boolean {
  if (!given.length) return asked.every((each) => !each);
  return given.length === asked.length && given.every((each, index) => each === asked[index]);
}

async function bodyOf(request: Request): Promise<unknown> {
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
