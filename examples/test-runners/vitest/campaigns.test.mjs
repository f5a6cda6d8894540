import { startMock } from "adcontract-mock";
import { afterAll, beforeAll, expect, test } from "vitest";

let mock;
beforeAll(async () => {
  mock = await startMock({ api: "topsort" });
}, 60_000); // a busy machine takes longer than a hook may by default
afterAll(() => mock?.stop());

test("there are no campaigns", async () => {
  const session = mock.session();
  await session.prefer("listCampaigns", { example: "empty" });
  const headers = { ...session.headers, Authorization: "Bearer any" };
  const response = await fetch(`${mock.url}/v1/campaign-service/campaigns?limit=10`, { headers });
  expect((await response.json()).campaigns).toEqual([]);
  await session.expectCalled("listCampaigns", { times: 1, with: { query: { limit: 10 } } });
});
