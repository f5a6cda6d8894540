it("there are no campaigns", () => {
  const session = crypto.randomUUID();
  const url = `${Cypress.env("mockUrl")}/v1/campaign-service/campaigns`;
  cy.task("prefer", { session, operation: "listCampaigns", choices: { example: "empty" } });
  // the requests of a page: cy.intercept(`${url}*`, ({ headers }) => void (headers["Mock-Session"] = session));
  cy.request({ url, headers: { "Mock-Session": session, Authorization: "Bearer any" } })
    .its("body.campaigns")
    .should("be.empty");
  cy.task("expectCalled", { session, operation: "listCampaigns", times: 1 });
});
