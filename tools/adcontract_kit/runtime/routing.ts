/** From the URL of a request to the operation that it is for. */
import { table } from "./operations.js";
import type { Operation } from "./table.js";

/** An operation, and the values in the path. */
export interface Found {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
}

const ROUTES = table.operations.map((operation) => ({
  operation,
  pattern: new RegExp(`^${operation.pattern}$`),
  shape: operation.path.replace(/\{[^{}]*\}/g, "{}"),
}));

/** Return the path of a URL below `base`, undefined if it is not below it. */
export function below(base: string, url: URL): string | undefined {
  const root = new URL(base, globalThis.location?.href);
  const prefix = root.pathname.replace(/\/$/, "");
  const inside = url.origin === root.origin && url.pathname.startsWith(`${prefix}/`);
  return inside ? url.pathname.slice(prefix.length) : undefined;
}

/** Return the operation of a method and a path, undefined if there is none; HEAD is answered as GET. */
export function find(method: string, path: string): Found | undefined {
  const routes = routesOf(path);
  const named = (name: string) => routes.find(({ operation }) => operation.method === name);
  const route = named(method) ?? (method === "HEAD" ? named("GET") : undefined);
  const values = route?.pattern.exec(path);
  if (!route || !values) return undefined;
  const path_ = route.operation.names.map((name, index) => [name, decoded(values[index + 1] ?? "")]);
  return { operation: route.operation, path: Object.fromEntries(path_) };
}

/** Return the methods that a path has, with those that every server adds; none for an unknown path. */
export function methods(path: string): string[] {
  const declared = routesOf(path).map(({ operation }) => operation.method);
  const added = [...(declared.length ? ["OPTIONS"] : []), ...(declared.includes("GET") ? ["HEAD"] : [])];
  return [...new Set([...declared, ...added])].sort();
}

/** Return the routes of the most literal path that a path fits (OpenAPI 3.0.3, Paths Object). */
function routesOf(path: string): typeof ROUTES {
  const first = ROUTES.find(({ pattern }) => pattern.test(path));
  return first ? ROUTES.filter(({ shape }) => shape === first.shape) : [];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
