/** The handlers answer as the mock: every documented request, every payload and status, and requests without one. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Asked } from "./asked";
import { type Network, network } from "./network";
import { packages } from "./packages";

/** Headers that the server sends, and those that only the mock's explanations need. */
const OF_THE_WIRE =
  /^(content-length|date|server|connection|keep-alive|transfer-encoding|vary|mock-explain|access-control-.*)$/;

const AT_ONCE = 8;

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

async function answer(base: string, { method, path, headers, body }: Asked): Promise<Answer> {
  const content = body === undefined ? null : Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
  const response = await fetch(`${base}${path}`, { method, headers, body: content });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isJson = response.headers.get("content-type")?.includes("json") && bytes.length > 0;
  return {
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => !OF_THE_WIRE.test(name))),
    body: isJson ? parsed(new TextDecoder().decode(bytes)) : [...bytes].join(","),
  };
}

/** Return JSON as a client reads it, as numbers have several forms, and what is left of it by the fault malformed-json. */
function parsed(text: string): unknown {
  if (!text.endsWith(',"')) return JSON.parse(text);
  const end = { "{": "}", "[": "]" }[text.charAt(0)];
  return { malformed: end ? JSON.parse(text.slice(0, -2) + end) : text };
}

function short(answer: Answer): string {
  const text = JSON.stringify(answer);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

describe.each(packages)("$name", ({ mockUrl, server, mock, requests }) => {
  let served: Network;
  beforeAll(async () => {
    served = await network(mock().handlers);
    await served.listen();
  });
  afterAll(() => served.close());

  test.each(["documented", "preferred", "refused"] as const)("every %s request", async (kind) => {
    const asked = requests.filter((each) => each.kind === kind);
    const different: string[] = [];
    const left = asked.values();
    const send = async () => {
      for (const each of left) {
        const [ours, theirs] = await Promise.all([answer(server, each), answer(mockUrl, each)]);
        if (JSON.stringify(ours) === JSON.stringify(theirs)) continue;
        different.push(`${each.name}: ${short(ours)} and not ${short(theirs)}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, send));
    expect(different).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
    console.info(`${kind}: ${asked.length} requests are answered alike`);
  });

  test("a request that prefers another response is not answered alike", async () => {
    const [first] = requests.filter((each) => each.kind === "documented");
    if (!first) throw new Error("no documented request");
    const other = { ...first, headers: { ...first.headers, Prefer: "code=0" } };
    expect(await answer(server, other)).not.toEqual(await answer(mockUrl, first));
  });
});
