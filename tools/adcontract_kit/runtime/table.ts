/** How the contract is answered: the form of the data in `operations.js`. */

/** The operations, and the responses that are not of one alone; a number is an index of `fixed`. */
export interface Table {
  readonly operations: readonly Operation[];
  readonly unknownPath: number;
  readonly unknownMethod: number;
  readonly unknownFault: number;
  readonly fixed: readonly Fixed[];
}

/** Where a security scheme carries its credential; `word` stands before it, empty for none. */
export interface Scheme {
  readonly in: "header" | "query" | "cookie";
  readonly name: string;
  readonly word: string;
}

/** A body that is no JSON: a text, or bytes in Base64. */
export type File = string | { readonly base64: string };

/** A response whose body is not among the fixtures. */
export interface Fixed {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: File;
}

/** What a request has to contain for a payload to be its response: texts by name, and a body. */
export interface Match {
  readonly payload: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly header: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A response of an operation. Its media types are in order, and `files` has the bodies of those that are not JSON. */
export interface DeclaredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The headers of the payloads that have others, such as the links of a page. */
  readonly ownHeaders: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly media: readonly string[];
  readonly payload: string;
  readonly names: readonly string[];
  readonly unknownName: number;
  readonly files: Readonly<Record<string, Readonly<Record<string, File>>>>;
  /** Further pages of a payload, in order, the last one empty. */
  readonly pages: Readonly<Record<string, readonly Page[]>>;
}

/** A page: the query parameter that asks for it, its cursor or from which value on; and the name of its payload. */
export interface Page {
  readonly parameter: string;
  readonly start: number | string;
  readonly payload: string;
}

/** An operation. `pattern` is that of its path, and `formats` the media types by query parameter and value. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly pattern: string;
  readonly names: readonly string[];
  readonly security: readonly (readonly Scheme[])[];
  readonly success: string;
  readonly formats: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly matches: readonly Match[];
  readonly unauthenticated: number;
  readonly notAcceptable: number;
  readonly unknownStatus: number;
  /** The responses of the faults that are an error, by name. */
  readonly faults: Readonly<Record<string, number>>;
  /** The responses to faulty requests that any operation may have, by status. */
  readonly shared: Readonly<Record<string, number>>;
  readonly responses: Readonly<Record<string, DeclaredResponse>>;
}
