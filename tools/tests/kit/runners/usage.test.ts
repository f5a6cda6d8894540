/** What README.md shows, and what a team does with a package besides. */
import { createClient as createStore, type Offer, type OfferStatus } from "@adcontract/metapic-2025-08-08";
import { mock as mockStore } from "@adcontract/metapic-2025-08-08/msw";
import { createClient, type Campaign, type CampaignPage } from "@adcontract/topsort-v1";
import { fixtures } from "@adcontract/topsort-v1/fixtures";
import { type Fault, mock } from "@adcontract/topsort-v1/msw";
import { type Breach, checkResponses, responseSchema, schema } from "@adcontract/topsort-v1/zod";
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { type Network, network } from "./network";

const PATH = "/v1/campaign-service/campaigns";
const OFFERS = { params: { query: { created_by: 1, "store_ids[]": [1, 2] } } };
const { handlers, respond } = mock();
const store = mockStore();
const documented = fixtures.listCampaigns[200].default;
const [first] = documented.campaigns;
const topsort = createClient({ token: "secret" });
let served: Network;

beforeAll(async () => {
  served = await network([...handlers, ...store.handlers]);
  await served.listen();
});
afterEach(() => served.reset());
afterAll(() => served.close());

describe("the client", () => {
  test("gets the documented payload, typed", async () => {
    const { data, error } = await topsort.GET(PATH, { params: { query: { limit: 10 } } });
    expect(error).toBeUndefined();
    expect(data).toEqual(documented);
    expectTypeOf(data!.campaigns).toEqualTypeOf<Campaign[]>();
  });

  test("gets the documented refusal without a token", async () => {
    const { error, response } = await createClient().GET(PATH);
    expect([response.status, error]).toEqual([401, fixtures.listCampaigns[401].default]);
  });

  test("takes the token of a function at each request", async () => {
    let asked = 0;
    const client = createClient({ token: async () => `token-${(asked += 1)}` });
    for (const expected of [1, 2]) {
      expect((await client.GET(PATH)).response.status).toBe(200);
      expect(asked).toBe(expected);
    }
  });

  test("gets JSON as JSON where the contract has a table, too, and sends a file as a form", async () => {
    const client = createStore({ token: "secret" });
    const offers = await client.GET("/v2/offers", OFFERS);
    expect(offers.data?.data[0]?.id).toBeTypeOf("number");
    expectTypeOf(offers.data!.data).toEqualTypeOf<Offer[]>();
    const status: OfferStatus | undefined = offers.data?.data[0]?.status;
    expect(status).toBeTypeOf("string");
    const image = new File(["png"], "image.png", { type: "image/png" });
    const uploaded = await client.POST("/v2/image-uploads", { body: { image } });
    expect(uploaded.response.ok).toBe(true);
  });
});

describe("a form", () => {
  test("shows the errors of its fields", async () => {
    served.use(store.respond("createOffer", 422));
    const path = { store_id: 1 };
    const created = await createStore({ token: "secret" }).POST("/v2/stores/{store_id}/offers", { params: { path }, body: {} as never });
    const { error } = created;
    const errors = error && "errors" in error ? error.errors : {};
    expectTypeOf(errors).toExtend<Record<string, string[]>>();
    expect(Object.values(errors).flat()).not.toEqual([]);
  });
});

describe("a response by name", () => {
  test("is a status", async () => {
    served.use(respond("listCampaigns", 429));
    const { error, response } = await topsort.GET(PATH);
    expect([response.status, error]).toEqual([429, fixtures.listCampaigns[429].default]);
  });

  test("is a state of a screen, with its pages", async () => {
    served.use(respond("listCampaigns", "empty"));
    expect((await topsort.GET(PATH)).data?.campaigns).toEqual([]);
    served.use(respond("listCampaigns", "many"));
    const names: string[] = [];
    for (let more: boolean | undefined = true; more; ) {
      const query = { offset: names.length };
      const page: CampaignPage | undefined = (await topsort.GET(PATH, { params: { query } })).data;
      names.push(...(page?.campaigns ?? []).map(({ campaignId }) => campaignId));
      more = page?.hasMore;
    }
    expect(names.length).toBeGreaterThan(200);
    expect(new Set(names).size).toBe(names.length);
  });

  test("comes once, or as often as it is asked for, and then the documented one", async () => {
    served.use(respond("listCampaigns", 429, { once: true }), respond("listCampaigns", 429, { once: true }));
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await topsort.GET(PATH)).response.status);
    expect(statuses).toEqual([429, 429, 200]);
  });

  test("is not used up by a request for another operation", async () => {
    served.use(store.respond("listOffers", 429, { once: true }));
    expect((await topsort.GET(PATH)).response.status).toBe(200);
    expect((await createStore({ token: "secret" }).GET("/v2/offers", OFFERS)).response.status).toBe(429);
  });

  test("is that of every operation that has it", async () => {
    const client = createStore({ token: "secret" });
    const offer = () => client.GET("/v2/offers/{offer_id}", { params: { path: { offer_id: 1 } } });
    served.use(store.respond("*", "empty"));
    expect((await client.GET("/v2/offers", OFFERS)).data?.data).toEqual([]);
    expect((await client.GET("/v2/store-categories")).response.status).toBe(200);
    expect((await offer()).response.status).toBe(200);
    served.use(store.respond("*", { fault: "503" }));
    expect([(await offer()).response.status, (await client.GET("/v2/offers", OFFERS)).response.status]).toEqual([503, 503]);
    expect((await topsort.GET(PATH)).response.status).toBe(200);
    // @ts-expect-error no operation has it
    expect(() => store.respond("*", "emtpy")).toThrow("No operation has that response.");
  });

  test("is a body of one's own", async () => {
    served.use(respond("listCampaigns", { body: { ...documented, campaigns: [] }, delay: 20 }));
    expect((await topsort.GET(PATH)).data?.campaigns).toEqual([]);
  });

  test("is a fault of the network or the server", async () => {
    const get = (fault: Fault, signal = AbortSignal.timeout(20_000)) => {
      served.use(respond("listCampaigns", { fault }));
      return topsort.GET(PATH, { signal, parseAs: "text" });
    };
    await expect(get("reset")).rejects.toThrow();
    const head = { method: "HEAD", headers: { Authorization: "Bearer secret" } };
    await expect(fetch(`https://api.topsort.com${PATH}`, head)).rejects.toThrow();
    await expect(get("timeout", AbortSignal.timeout(100))).rejects.toThrow();
    await expect(get("truncated")).rejects.toThrow();
    expect((await get("html-error")).response.status).toBe(502);
    expect((await get("503")).response.headers.get("Retry-After")).toBe("30");
    const broken = (await get("malformed-json")).data;
    expect(() => JSON.parse(String(broken))).toThrow(SyntaxError);
    const began = Date.now();
    expect(JSON.parse(String((await get("slow-body")).data))).toEqual(documented);
    expect(Date.now() - began).toBeGreaterThan(2000);
  });

  test("goes after what the request itself prefers", async () => {
    served.use(respond("listCampaigns", 429));
    expect((await topsort.GET(PATH, { headers: { Prefer: "code=403" } })).response.status).toBe(403);
  });

  test("is that to a faulty request, which any operation may have", async () => {
    served.use(respond("listCampaigns", 405));
    expect((await topsort.GET(PATH)).response.status).toBe(405);
  });

  test("is refused with the names that there are, where the compiler does not see that it is wrong", () => {
    const wrong = (operation: string, response: string | number | object) => () =>
      respond(operation as "listCampaigns", response as "empty");
    expect(wrong("listCampaign", 200)).toThrow("There is no operation listCampaign. There is listCampaigns.");
    expect(wrong("listCampaigns", 418)).toThrow("listCampaigns has no status 418. There are 200, 400, 401,");
    expect(wrong("listCampaigns", "emtpy")).toThrow("The response 200 of listCampaigns has no payload emtpy.");
    expect(wrong("listCampaigns", { status: 422, example: "empty" })).toThrow("There is default.");
    expect(wrong("listCampaigns", { status: 405, example: "empty" })).toThrow("listCampaigns has no status 405.");
    expect(wrong("listCampaigns", { fault: "rest" })).toThrow("There is no fault rest. There are timeout, reset,");
  });

  test("is one that the contract has", () => {
    // @ts-expect-error there is no such operation
    expect(() => respond("listCampaign", 200)).toThrow(RangeError);
    // @ts-expect-error it declares no such status
    expect(() => respond("listCampaigns", 418)).toThrow(RangeError);
    // @ts-expect-error it has no such payload
    expect(() => respond("listCampaigns", "no-such-payload")).toThrow(RangeError);
    // @ts-expect-error the body is not that of a success
    respond("listCampaigns", { body: { campaigns: "none" } });
    respond("listCampaigns", { status: 422, example: "default" });
    respond("listCampaigns", "many?offset=100");
  });
});

describe("a base URL", () => {
  test("that is not given is the vendor's, as of a variable that is not set", async () => {
    const client = createClient({ baseUrl: undefined, token: "secret" });
    served.use(...mock({ baseUrl: undefined }).handlers);
    expect((await client.GET(PATH)).data).toEqual(documented);
  });

  test("may be another one, and a path below it that is not of the API is not answered", async () => {
    const other = mock({ baseUrl: "https://other.example.com/ads" });
    served.use(...other.handlers);
    const client = createClient({ baseUrl: "https://other.example.com/ads", token: "secret" });
    expect((await client.GET(PATH)).data).toEqual(documented);
    served.use(other.respond("listCampaigns", 403));
    expect((await client.GET(PATH)).response.status).toBe(403);
    expect((await topsort.GET(PATH)).response.status).toBe(200);
  });
});

describe("the schemas", () => {
  test("take every documented payload, and name what is wrong", () => {
    expect(responseSchema("listCampaigns", 200).parse(documented)).toEqual(documented);
    const { error } = schema("Campaign").safeParse({ ...first, bidCount: "many", status: "unknown" });
    expect(error?.issues.map(({ path }) => path.join("."))).toEqual(["bidCount", "status"]);
  });

  test("report a response that breaks the contract, and no other", async () => {
    const breaches: Breach[] = [];
    const client = createClient({ token: "secret" });
    client.use(checkResponses((breach) => breaches.push(breach)));
    await client.GET(PATH);
    expect(breaches).toEqual([]);
    served.use(respond("listCampaigns", { body: { campaigns: [{ ...first, name: 5 }] } as never }));
    await client.GET(PATH);
    expect(breaches.map(({ operation, status }) => [operation, status])).toEqual([["listCampaigns", 200]]);
    expect(breaches[0]?.message).toContain("campaigns[0].name");
  });
});

test("an open list of values has its known ones, and takes any other", () => {
  const known: OfferStatus = "paused";
  const other: OfferStatus = "resting";
  expect([known, other]).toHaveLength(2);
  expectTypeOf<OfferStatus>().not.toEqualTypeOf<string>();
});
