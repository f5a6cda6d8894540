/** Handlers for MSW 2 that answer as the mock does. */
import { type HttpHandler, http, type RequestHandlerOptions } from "msw";
import type { OperationId, PayloadName, ResponseBody, ResponseStatus, SharedStatus, SuccessStatus } from "./bodies.js";
import type { Fault } from "./faults.js";
import { type Chosen, checkChoice, operationOf, responseTo } from "./responses.js";
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
   * Return a handler that answers one operation with a payload, a status or both, to put before the others.
   *
   * Throws a RangeError with the names that there are, where the compiler has not seen that one is wrong.
   */
  readonly respond: <Id extends OperationId, S extends ResponseStatus<Id> = SuccessStatus<Id> & ResponseStatus<Id>>(
    operation: Id,
    response: PayloadName<Id, SuccessStatus<Id>> | ResponseStatus<Id> | SharedStatus | ChosenResponse<Id, S>,
    options?: RequestHandlerOptions,
  ) => HttpHandler;
}

/** Return the handlers of the API at `baseUrl`, a URL or a path of the page's own host; without it the vendor's. */
export function mock({ baseUrl = server.url }: { readonly baseUrl?: string | undefined } = {}): Mock {
  return {
    handlers: [http.all("*", ({ request, cookies }) => responseTo(request, baseUrl, cookies))],
    respond: (operation, response, options) => {
      const choice = chosen(response);
      checkChoice(operation, choice);
      return http.all(
        // a predicate, so that a handler which answers once is not used up by requests for other operations
        ({ request }) => operationOf(request, baseUrl) === operation,
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
