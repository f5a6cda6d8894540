/** The schemas take every payload of every response, and decide on changed ones as the contract does. */
import { describe, expect, test } from "vitest";
import type { Changed } from "./asked";
import { packages } from "./packages";

type Payloads = Record<string, Record<string, Record<string, unknown>>>;

describe.each(packages)("$name", ({ fixtures, responseSchema, changes }) => {
  const payloads = fixtures as unknown as Payloads;

  test("the schemas take every payload", () => {
    const refused: string[] = [];
    let tried = 0;
    for (const [operation, statuses] of Object.entries(payloads)) {
      for (const [status, named] of Object.entries(statuses)) {
        for (const [name, payload] of Object.entries(named)) {
          tried += 1;
          const { error } = responseSchema(operation, status).safeParse(payload);
          if (error) refused.push(`${operation} ${status} ${name}: ${error.message}`);
        }
      }
    }
    expect(refused).toEqual([]);
    expect(tried).toBeGreaterThan(0);
  });

  test("the schemas decide on changed payloads as the contract does", () => {
    const different: string[] = [];
    for (const change of changes) {
      const { operation, status, path, value, valid } = change;
      const { error } = responseSchema(operation, status).safeParse(changed(payloads, change));
      if (!error === valid) continue;
      different.push(`${operation} ${status} ${path.join(".")} = ${JSON.stringify(value)}: ${valid}`);
    }
    expect(different).toEqual([]);
    expect(changes.filter(({ valid }) => !valid).length).toBeGreaterThan(0);
    console.info(`${changes.length} changed payloads, ${changes.filter(({ valid }) => !valid).length} of them invalid`);
  });
});

function changed(payloads: Payloads, { operation, status, name, path, ...rest }: Changed): unknown {
  const whole = structuredClone(payloads[operation]?.[status]?.[name]);
  if (!path.length) return rest.value;
  let holder = whole as Record<string | number, unknown>;
  for (const part of path.slice(0, -1)) holder = holder[part] as Record<string | number, unknown>;
  const last = path[path.length - 1] as string | number;
  if ("value" in rest) holder[last] = rest.value;
  else delete holder[last];
  return whole;
}
