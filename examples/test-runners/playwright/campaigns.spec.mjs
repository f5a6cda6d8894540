import { expect, test } from "@playwright/test";
import { startMock } from "adcontract-mock";

const campaigns = new URL("campaigns.html", import.meta.url).href;
let mock;
test.beforeAll(async () => {
  const scenarios = new URL("scenarios.yaml", import.meta.url);
  // the origin of a page that is a file; one at http://localhost needs no option
  mock = await startMock({ api: "topsort", scenarios, args: ["--cors-origin", "null"] });
});
test.afterAll(() => mock.stop());

test("two refusals, then the campaigns, which stay when the network is lost", async ({ page }) => {
  const session = mock.session();
  await session.prefer("*", { scenario: "busy" });
  await page.setExtraHTTPHeaders(session.headers);
  await page.goto(`${campaigns}?api=${mock.url}`);
  const refused = ["Too many requests, try again", 0];
  for (const [status, rows] of [refused, refused, ["Loaded", 2], ["No network", 2]]) {
    await page.getByRole("button").click();
    await expect(page.getByRole("status")).toHaveText(status);
    await expect(page.getByRole("listitem")).toHaveCount(rows);
  }
  // a browser repeats a request that has lost its connection
  await session.expectCalled("listCampaigns", { times: { min: 4 } });
});
