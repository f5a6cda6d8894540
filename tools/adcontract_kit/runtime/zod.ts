/** The schemas of the contract, to check what a real server sends. Zod makes them of the JSON Schemas. */
import type { Middleware } from "openapi-fetch";
import * as z from "zod";
import type { OperationId, ResponseBody, ResponseStatus } from "./bodies.js";
import { table } from "./operations.js";
import { responseSchemas, schemas } from "./schemas.js";
import type { components } from "./types.js";

type JSONSchema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;

const made = new Map<object, z.ZodType>();

/** Return the schema of that name. */
export function schema<Name extends keyof components["schemas"]>(
  name: Name,
): z.ZodType<components["schemas"][Name]> {
  return zodOf(schemas[name]) as z.ZodType<components["schemas"][Name]>;
}

/** Return the schema of the JSON body of a response; of any value where the contract has none. */
export function responseSchema<Id extends OperationId, S extends ResponseStatus<Id>>(
  operation: Id,
  status: S,
): z.ZodType<ResponseBody<Id, S>> {
  return zodOf(responseSchemas[operation]?.[String(status)] ?? {}) as z.ZodType<ResponseBody<Id, S>>;
}

/** A response whose body breaks the contract. */
export interface Breach {
  readonly operation: string;
  readonly status: number;
  readonly url: string;
  readonly issues: readonly z.core.$ZodIssue[];
  /** All of it as text. */
  readonly message: string;
}

/** Return a middleware for `client.use` that reports the JSON responses that break the contract, on the console. */
export function checkResponses(report: (breach: Breach) => void = ({ message }) => console.warn(message)): Middleware {
  return {
    async onResponse({ request, response, schemaPath }) {
      const operation = table.operations.find((each) => each.path === schemaPath && each.method === request.method);
      if (!operation || !response.headers.get("content-type")?.includes("json")) return;
      const { status } = response;
      const declared = responseSchemas[operation.id]?.[status];
      if (!declared) return;
      const { error } = zodOf(declared).safeParse(await response.clone().json());
      if (!error) return;
      const message = `${operation.id} ${status} breaks the contract.\n${z.prettifyError(error)}`;
      report({ operation: operation.id, status, url: request.url, issues: error.issues, message });
    },
  };
}

function zodOf(node: object): z.ZodType {
  let known = made.get(node);
  if (!known) {
    known = z.fromJSONSchema({ ...node, definitions: schemas } as JSONSchema, { defaultTarget: "openapi-3.0" });
    made.set(node, known);
  }
  return known;
}
