// The documentation: every document in Swagger UI, whose examples of responses can be had from the mock.

let prefer; // what the request that is being sent prefers
const chosen = new Map(); // the preference for each operation, from its select of examples

const key = (system, [path, method]) => `${system.specSelectors.url()} ${method} ${path}`;

// "Try it out" asks for the example that was chosen in the response, if one was.
const preferences = () => ({
  statePlugins: {
    oas3: {
      wrapActions: {
        setActiveExamplesMember: (original, system) => (change) => {
          const code = /^\d{3}$/.test(change.contextName) ? `code=${change.contextName}, ` : "";
          if (change.contextType === "responses") chosen.set(key(system, change.pathMethod), `${code}example=${change.name}`);
          return original(change);
        },
      },
    },
    spec: {
      wrapActions: {
        executeRequest: (original, system) => (request) => {
          prefer = chosen.get(key(system, [request.pathName, request.method]));
          return original(request);
        },
      },
    },
  },
  // the address of the document as others read it
  wrapComponents: {
    InfoUrl: (Original, { React }) => (properties) =>
      React.createElement(Original, { ...properties, url: properties.url.split("?")[0] }),
  },
});

SwaggerUIBundle({
  urls: JSON.parse(document.body.dataset.documents),
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  plugins: [SwaggerUIBundle.plugins.DownloadUrl, preferences],
  layout: "StandaloneLayout",
  requestInterceptor(request) {
    const isHere = new URL(request.url, location.href).origin === location.origin;
    if (prefer && isHere && !request.loadSpec) request.headers.Prefer = prefer;
    prefer = undefined;
    return request;
  },
});
