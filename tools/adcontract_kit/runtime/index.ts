/** A client of the API, typed by its contract. */
import createFetchClient, { type Client, type ClientOptions as FetchOptions } from "openapi-fetch";
import { server } from "./server.js";
import type { paths } from "./types.js";

export type { OperationId, PayloadName, ResponseBody, ResponseStatus, SuccessStatus } from "./bodies.js";
export type * from "./types.js";

/** What a client needs: the options of openapi-fetch, and a credential. */
export interface ClientOptions extends Omit<FetchOptions, "baseUrl"> {
  /** Its URL; without it, as with a variable of the environment that is not set, that of the vendor. */
  baseUrl?: string | undefined;
  /** The credential, in the form of the contract; for HTTP Basic it is `user:password`. */
  token?: string | (() => string | Promise<string>) | undefined;
}

/** Return a client: `const { data, error } = await client.GET(path, { params })`. */
export function createClient({ token, baseUrl = server.url, ...options }: ClientOptions = {}): Client<paths> {
  // looked up at each request, so that handlers which start later have it, too
  const fetch = (request: Request) => globalThis.fetch(request);
  const client = createFetchClient<paths>({ baseUrl, bodySerializer: written, fetch, ...options });
  if (token !== undefined) {
    client.use({
      async onRequest({ request }) {
        return withCredential(request, typeof token === "function" ? await token() : token);
      },
    });
  }
  return client;
}

/** Return a body as it is sent: a form if there is a file in it, else JSON. */
function written(body: unknown): BodyInit {
  if (body instanceof FormData) return body;
  const members = Object.entries((body ?? {}) as Record<string, unknown>);
  if (!members.some(([, value]) => value instanceof Blob)) return JSON.stringify(body);
  const form = new FormData();
  for (const [name, value] of members) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) form.append(name, each instanceof Blob ? each : String(each));
    }
  }
  return form;
}

/** Return a request with a credential in the place of each scheme of the contract. */
function withCredential(request: Request, credential: string): Request {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const { in: location, name, word } of server.credentials) {
    const value = word === "Basic" ? btoa(credential) : credential;
    if (location === "query") url.searchParams.set(name, value);
    if (location === "header") headers.set(name, word ? `${word} ${value}` : value);
  }
  return new Request(url.href === request.url ? request : new Request(url, request), { headers });
}
