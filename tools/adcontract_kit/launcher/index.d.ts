/** What `adcontract mock` is started with; its `--help` explains each. A path is one on this machine, or a file: URL. */
export interface MockOptions {
  api?: string;
  snapshot?: string;
  spec?: string | URL;
  /** The port to listen on; by default a free one. */
  port?: number;
  /** The only valid credential; by default any is valid. */
  token?: string;
  stateful?: boolean;
  seedItems?: number;
  scenarios?: string | URL;
  /** Other options of the command, as it takes them: `["--rate-limit", "300/min"]`. */
  args?: readonly string[];
  /**
   * The command, where it is not found by itself: its path, or with arguments, `["uv", "run", "adcontract"]`. By default it is
   * that of the variable ADCONTRACT_COMMAND, of the active environment, of `.venv` here or in a folder above, or of PATH.
   */
  command?: string | readonly string[];
}

/** What a client prefers of a response, as in the header `Prefer`. */
export interface Choices {
  code?: number;
  example?: string;
  /** Milliseconds, or a range of them such as `"100-500"`. */
  delay?: number | string;
  fault?: string;
  scenario?: string;
  [preference: string]: string | number | boolean | undefined;
}

/** How often an operation is called, and with what. */
export interface Expected {
  /** By default at least once. */
  times?: number | { min?: number; max?: number };
  /** Values of the request: each has to be in it, and it may have others. */
  with?: {
    path?: Record<string, unknown>;
    query?: Record<string, unknown>;
    header?: Record<string, unknown>;
    body?: unknown;
  };
}

/** The requests that carry its headers: they have choices, a state and a count of their own. One for each test. */
export interface Session {
  /** As the mock knows it: in ASCII. */
  readonly name: string;
  /** What a request sends to be of this session. */
  readonly headers: { readonly "Mock-Session": string };
  /** Choose the response of an operation, or of all by `"*"`, until the next choice for it. */
  prefer(operation: string, choices: Choices): Promise<void>;
  /** Forget the choices, begin scenarios again, and return to the first state. Requests still count. */
  reset(): Promise<void>;
  /** Reject with an AssertionError, which names the closest requests, unless this session called an operation so. */
  expectCalled(operation: string, expected?: Expected): Promise<void>;
}

/** A mock that runs. It ends with this process, also when that is killed. */
export interface Mock {
  readonly url: string;
  /** Return the session of a name; by default a new one. */
  session(name?: string): Session;
  /** As that of a session, for the requests of all. */
  expectCalled(operation: string, expected?: Expected): Promise<void>;
  stop(): Promise<void>;
}

/** Start a mock, and wait until it answers. Rejects with what the command says where it does not start. */
export function startMock(options?: MockOptions): Promise<Mock>;
