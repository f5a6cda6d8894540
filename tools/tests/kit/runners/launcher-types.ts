/** What the compiler knows of the package adcontract-mock. */
import { type Mock, type Session, startMock } from "adcontract-mock";

export async function used(): Promise<void> {
  const mock: Mock = await startMock({ api: "topsort", port: 0, stateful: true, scenarios: new URL("file:///scenarios.yaml") });
  const session: Session = mock.session();
  await session.prefer("listCampaigns", { code: 429, delay: "100-500" });
  await session.expectCalled("listCampaigns", { times: { min: 1 }, with: { query: { limit: 10 } } });
  await fetch(mock.url, { headers: session.headers });
  // @ts-expect-error there is no such option
  await startMock({ apis: "topsort" });
  // @ts-expect-error a number, or at least and at most
  await mock.expectCalled("listCampaigns", { times: "once" });
  await mock.stop();
}
