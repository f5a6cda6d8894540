/** The faults of a network or a server: `Prefer: fault=reset`. */

export const FAULTS = [
  "timeout",
  "reset",
  "truncated",
  "slow-body",
  "malformed-json",
  "500",
  "503",
  "html-error",
] as const;

/** What goes wrong: no response, until the client gives up; none at all; a body that is cut, slow or no JSON; an error. */
export type Fault = (typeof FAULTS)[number];

const JSON_HEADERS = { "Content-Type": "application/json" };
const PIECES = 20;
const PAUSE = 150;

/** Return a response with a fault that is not an error of the server. */
export async function spoiled(response: Response, fault: Fault): Promise<Response> {
  if (fault === "timeout") return new Promise(() => {});
  if (fault === "reset") return Response.error();
  const { status, headers, body } = await withBody(response);
  if (fault === "slow-body") return new Response(slow(body), { status, headers });
  if (fault === "truncated") return new Response(cut(body), { status, headers });
  const end = body.findLastIndex((byte) => byte !== 32 && (byte < 9 || byte > 13)); // the last one that is no white space
  return new Response(new Blob([body.slice(0, end), ',"']), { status, headers: JSON_HEADERS });
}

/** Return the parts of a response; of one without a body those of one that has a body to spoil. */
async function withBody(response: Response) {
  const { status, headers } = response;
  const body = new Uint8Array(await response.arrayBuffer());
  if (body.length) return { status, headers, body };
  const text = JSON.stringify({ message: "A body to spoil." });
  return { status: status === 204 ? 200 : status, headers: JSON_HEADERS, body: new TextEncoder().encode(text) };
}

function cut(body: Uint8Array): ReadableStream {
  let sent = false;
  return new ReadableStream({
    pull(stream) {
      if (sent) return stream.error(new TypeError("terminated"));
      sent = true;
      stream.enqueue(body.slice(0, body.length >> 1));
    },
  });
}

function slow(body: Uint8Array): ReadableStream {
  const size = Math.ceil(body.length / PIECES) || 1;
  let start = 0;
  return new ReadableStream({
    async pull(stream) {
      if (start >= body.length) return stream.close();
      stream.enqueue(body.slice(start, (start += size)));
      await new Promise((done) => setTimeout(done, PAUSE));
    },
  });
}
