/** The types of the bodies of responses, and the names by which responses are chosen. */
import type { Payloads } from "./payloads.js";
import type { operations } from "./types.js";

/** The ID of an operation. */
export type OperationId = keyof operations & keyof Payloads;

/** A status that the contract declares for an operation. */
export type ResponseStatus<Id extends OperationId> = keyof operations[Id]["responses"];

/** A status of the responses to faulty requests, which any operation may have. */
export type { SharedStatus } from "./payloads.js";

/** The body of a response, `never` where it is not JSON. */
export type ResponseBody<Id extends OperationId, S extends ResponseStatus<Id>> =
  operations[Id]["responses"][S] extends { content: infer Content }
    ? Content[keyof Content & `${string}json${string}`]
    : never;

/** The names of the payloads of a response: those that are documented, and the states of a screen. */
export type PayloadName<Id extends OperationId, S> = S extends keyof Payloads[Id]["responses"]
  ? Payloads[Id]["responses"][S]
  : never;

/** The status of the response to a valid request. */
export type SuccessStatus<Id extends OperationId> = Payloads[Id]["success"];

/** Return payloads as they are. They may have members that the contract does not name, unlike a literal of a type. */
export function typed<T extends Fixtures>(payloads: T): Fixtures {
  return payloads;
}

/** The payloads of the JSON responses of an operation, by status and name. */
export type Fixtures = {
  [Id in OperationId]: {
    [S in ResponseStatus<Id> as [ResponseBody<Id, S>] extends [never] ? never : S]: Record<
      PayloadName<Id, S> & string,
      ResponseBody<Id, S>
    >;
  };
};
