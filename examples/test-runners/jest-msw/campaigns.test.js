/** The handlers of the kit in Jest: no server, and no process. */
import { createClient } from "@adcontract/topsort-v1";
import { mock } from "@adcontract/topsort-v1/msw";
import { setupServer } from "msw/node";

const { handlers, respond } = mock();
const server = setupServer(...handlers);

beforeAll(() => server.listen());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("a list without campaigns, and a refusal", async () => {
  const topsort = createClient({ token: "secret" });
  const campaigns = () => topsort.GET("/v1/campaign-service/campaigns");
  server.use(respond("listCampaigns", "empty"));
  expect((await campaigns()).data.campaigns).toEqual([]);
  server.use(respond("listCampaigns", 429));
  expect((await campaigns()).response.status).toBe(429);
});
