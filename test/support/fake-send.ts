import type { HttpRequest, HttpResponse, Send } from "../../src/base/http.js";

/** An answer as a test writes it. */
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text goes out as it is, anything else as JSON. */
  readonly body?: unknown;
}

/** A sender that records what it was given and answers what the test says. */
export interface FakeSend {
  readonly send: Send;
  readonly requests: HttpRequest[];
}

export function fakeSend(
  answer: (request: HttpRequest, index: number) => FakeAnswer | Promise<FakeAnswer>,
): FakeSend {
  const requests: HttpRequest[] = [];
  const send: Send = async (request) => {
    requests.push(request);
    return toResponse(await answer(request, requests.length - 1));
  };
  return { send, requests };
}

export function toResponse({ status = 200, headers = {}, body }: FakeAnswer): HttpResponse {
  const all = new Headers({ "content-type": "application/json", ...headers });
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  return { status, header: (name) => all.get(name), body: new TextEncoder().encode(text) };
}
