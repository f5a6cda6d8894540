/** The types of what the tests are given for each package. */

/** A request to send: its path below the base URL, and its body in Base64. */
export interface Asked {
  kind: "documented" | "preferred" | "refused";
  name: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** A payload with another value at a path, or without one there, and whether the contract allows that. */
export interface Changed {
  operation: string;
  status: string;
  name: string;
  path: (string | number)[];
  value?: unknown;
  valid: boolean;
}

/** `responseSchema` of any package. */
export type Validating = (operation: string, status: string) => {
  safeParse(value: unknown): { error?: Error | undefined };
};
