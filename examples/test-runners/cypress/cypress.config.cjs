const { startMock } = require("adcontract-mock");

module.exports = {
  e2e: {
    supportFile: false,
    specPattern: "*.cy.js",
    async setupNodeEvents(on, config) {
      const mock = await startMock({ api: "topsort" });
      on("after:run", () => mock.stop());
      on("task", {
        // a task has to return something
        prefer: ({ session, operation, choices }) => mock.session(session).prefer(operation, choices).then(() => null),
        expectCalled: ({ session, operation, ...expected }) =>
          mock.session(session).expectCalled(operation, expected).then(() => null),
      });
      return { ...config, env: { ...config.env, mockUrl: mock.url } };
    },
  },
};
