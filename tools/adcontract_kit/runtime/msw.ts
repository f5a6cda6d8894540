/** Handlers for MSW 2 that answer as the mock does. */
import { type HttpHandler, http, type RequestHandlerOptions } from "msw";
import type { OperationId, PayloadName, ResponseBody, ResponseStatus, SharedStatus, SuccessStatus } from "./bodies.js";
import type { Fault } from "./faults.js";
import { anyHas, type Chosen, missingOf, operationOf, responseTo } from "./responses.js";
import { server } from "./server.js";

/** A response of an operation: its status, that of a success without it; its payload, or a body; a delay and a fault. */
export interface ChosenResponse<Id extends OperationId, S extends ResponseStatus<Id> = ResponseStatus<Id>> {
  readonly status?: S;
  readonly example?: PayloadName<Id, S>;
  readonly body?: ResponseBody<Id, S>;
  /** In milliseconds. */
  readonly delay?: number;
  /** What goes wrong in place of the response, or with it. */
  readonly fault?: Fault;
}

export type { Fault } from "./faults.js";

/** The handlers of an API. */
export interface Mock {
  /** They answer every request to the API. */
  readonly handlers: HttpHandler[];
  /**
   * Return a handler that answers one operation with a payload, a status or both, to put before the others; with `"*"`
   * every operation that has them.
   *
   * Throws a RangeError with the names that there are, where the compiler has not seen that one is wrong.
   */
  readonly respond: Respond;
}

/** Of one operation, or of all that have the response. */
export interface Respond {
  <Id extends OperationId, S extends ResponseStatus<Id> = SuccessStatus<Id> & ResponseStatus<Id>>(
    operation: Id,
    response: PayloadName<Id, SuccessStatus<Id>> | ResponseStatus<Id> | SharedStatus | ChosenResponse<Id, S>,
    options?: RequestHandlerOptions,
  ): HttpHandler;
  (operation: "*", response: AnyName | AnyStatus | ResponseOfAny, options?: RequestHandlerOptions): HttpHandler;
}

/** A response that several operations have. */
export interface ResponseOfAny {
  readonly status?: AnyStatus;
  readonly example?: AnyName;
  /** In milliseconds. */
  readonly delay?: number;
  readonly fault?: Fault;
}

type AnyStatus = { [Id in OperationId]: ResponseStatus<Id> }[OperationId] | SharedStatus;
type AnyName = { [Id in OperationId]: PayloadName<Id, SuccessStatus<Id>> }[OperationId];

/** Return the handlers of the API at `baseUrl`, a URL or a path of the page's own host; without it the vendor's. */
export function mock({ baseUrl = server.url }: { readonly baseUrl?: string | undefined } = {}): Mock {
  return {
    handlers: [http.all("*", ({ request, cookies }) => responseTo(request, baseUrl, cookies))],
    respond: (operation: string, response: unknown, options?: RequestHandlerOptions) => {
      const choice = chosen(response);
      const all = operation === "*";
      const missing = all && anyHas(choice) ? undefined : missingOf(operation, choice);
      if (missing !== undefined) throw new RangeError(all ? "No operation has that response." : missing);
      return http.all(
        // a predicate, so that a handler which answers once is not used up by requests for other operations
        ({ request }) => {
          const id = operationOf(request, baseUrl);
          return all ? id !== undefined && missingOf(id, choice) === undefined : id === operation;
        },
        ({ request, cookies }) => responseTo(request, baseUrl, cookies, choice),
        options,
      );
    },
  };
}

function chosen(response: unknown): Chosen {
  if (typeof response === "number") return { code: String(response) };
  if (typeof response === "string") return { example: response };
  const { status, example, delay, ...body } = response as Given;
  return {
    ...body,
    ...(status === undefined ? {} : { code: String(status) }),
    ...(example === undefined ? {} : { example }),
    ...(delay === undefined ? {} : { delay: String(delay) }),
  };
}

interface Given {
  status?: string | number;
  example?: string;
  delay?: number;
  fault?: Fault;
  body?: unknown;
}
