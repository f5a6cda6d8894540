/** MSW in Node or in a page, behind one interface. */
import type { RequestHandler } from "msw";

export interface Network {
  listen(): Promise<unknown>;
  use(...handlers: RequestHandler[]): void;
  reset(): void;
  close(): void;
}

/** No request leaves this machine: one that no handler answers is an error, unless it is for the mock. */
function onUnhandledRequest(request: Request, print: { error(): void }): void {
  if (!["127.0.0.1", "localhost"].includes(new URL(request.url).hostname)) print.error();
}

export async function network(handlers: RequestHandler[]): Promise<Network> {
  if (typeof document === "undefined") {
    const server = (await import("msw/node")).setupServer(...handlers);
    return {
      listen: async () => server.listen({ onUnhandledRequest }),
      use: (...each) => server.use(...each),
      reset: () => server.resetHandlers(),
      close: () => server.close(),
    };
  }
  const worker = (await import("msw/browser")).setupWorker(...handlers);
  return {
    listen: () => worker.start({ onUnhandledRequest, quiet: true }),
    use: (...each) => worker.use(...each),
    reset: () => worker.resetHandlers(),
    close: () => worker.stop(),
  };
}
