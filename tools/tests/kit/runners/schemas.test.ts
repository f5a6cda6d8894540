/** The schemas take every payload of every response. */
import { describe, expect, test } from "vitest";
import { packages } from "./packages";

describe.each(packages)("$name", ({ fixtures, responseSchema }) => {
  test("the schemas take every payload", () => {
    const refused: string[] = [];
    let tried = 0;
    for (const [operation, statuses] of Object.entries(fixtures as unknown as Payloads)) {
      for (const [status, payloads] of Object.entries(statuses)) {
        for (const [name, payload] of Object.entries(payloads)) {
          tried += 1;
          const { error } = responseSchema(operation, status).safeParse(payload);
          if (error) refused.push(`${operation} ${status} ${name}: ${error.message}`);
        }
      }
    }
    expect(refused).toEqual([]);
    expect(tried).toBeGreaterThan(0);
  });
});

type Payloads = Record<string, Record<string, Record<string, unknown>>>;
