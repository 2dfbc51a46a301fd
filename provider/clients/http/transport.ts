import type { Dispatcher } from "undici";
import { type ConnectionOptions, dispatcherFor } from "./connection";
import type { VendorErrorKind } from "./errors";

/** One HTTP exchange, ready to go. */
export interface Exchange {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** Time from the start to the last byte of the answer, in milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal;
}

/** What came back, whatever its status. */
export interface RawReply {
  status: number;
  /** Names in lower case; repeated headers joined by ", ". */
  headers: Readonly<Record<string, string>>;
  /** The Set-Cookie headers, one by one: joined they could not be told apart. */
  cookies: readonly string[];
  text: string;
}

/** No complete answer came. */
export class TransportFailure extends Error {
  override readonly name = "TransportFailure";
  constructor(
    readonly kind: Extract<VendorErrorKind, "network" | "timeout" | "tls" | "canceled">,
    /** False when certainly not a byte of the request left. */
    readonly sent: boolean,
    readonly reason: string,
    readonly code?: string,
    readonly hint?: string,
  ) {
    super(reason);
  }
}

/** Makes one exchange over undici. Throws only `TransportFailure`. */
export async function exchange(request: Exchange, connection: ConnectionOptions): Promise<RawReply> {
  let sent = false;
  const dispatcher = await dispatcherFor(connection).catch((error: unknown) => {
    throw describe(error, sent, connection);
  });
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), request.timeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal;
  try {
    const target = new URL(request.url);
    const reply = await dispatcher
      .compose(
        onRequestStart(() => {
          sent = true;
        }),
      )
      .request({
        origin: target.origin,
        path: target.pathname + target.search,
        method: request.method,
        headers: request.headers,
        body: request.body,
        signal,
      });
    const { statusCode: status, headers } = reply;
    const cookies = [headers["set-cookie"] ?? []].flat();
    return { status, headers: plainHeaders(headers), cookies, text: await reply.body.text() };
  } catch (error) {
    if (request.signal?.aborted) throw new TransportFailure("canceled", sent, "it was canceled");
    if (deadline.signal.aborted) {
      const reason = `no complete answer came within ${request.timeoutMs / 1_000} s`;
      throw new TransportFailure("timeout", sent, reason, "ETIMEDOUT");
    }
    throw describe(error, sent, connection);
  } finally {
    clearTimeout(timer);
  }
}

/** undici says by this when it begins to write, which its errors do not tell. */
function onRequestStart(started: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart: (controller, context) => {
        started();
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (...facts) => handler.onRequestUpgrade?.(...facts),
      onResponseStart: (...facts) => handler.onResponseStart?.(...facts),
      onResponseData: (...facts) => handler.onResponseData?.(...facts),
      onResponseEnd: (...facts) => handler.onResponseEnd?.(...facts),
      onResponseError: (...facts) => handler.onResponseError?.(...facts),
    });
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value] as const],
  );
  return Object.fromEntries(entries);
}

const tlsCode = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO$|HOSTNAME_MISMATCH|UND_ERR_PRX_TLS)/;

const networkReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed",
  ENOTFOUND: "its host name is not known",
  EAI_AGAIN: "its host name could not be looked up",
  EHOSTUNREACH: "its host cannot be reached",
  ENETUNREACH: "its network cannot be reached",
  UND_ERR_SOCKET: "the connection was closed before the answer was complete",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the answer was cut short",
};

function describe(error: unknown, sent: boolean, connection: ConnectionOptions): TransportFailure {
  const { code, message } = innermost(error);
  if (code && tlsCode.test(code)) {
    const hint = connection.insecureSkipVerify
      ? "Check that this address speaks HTTPS."
      : "If a proxy inspects TLS or the service has a private certificate, name its CA file in caFile or NODE_EXTRA_CA_CERTS.";
    return new TransportFailure("tls", sent, `the secure connection could not be made (${code})`, code, hint);
  }
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT") {
    return new TransportFailure("timeout", sent, `the connection could not be made in time (${code})`, code, proxyHint);
  }
  if (code === "ENOENT" || code === "EACCES") {
    const { path } = error as NodeJS.ErrnoException;
    return new TransportFailure("tls", false, `the file ${path} cannot be read (${code})`, code);
  }
  const proxy = /proxy/i.test(message) || code === "UND_ERR_PRX_CONN";
  const reason = proxy
    ? `the proxy did not let the call through${/\b407\b/.test(message) ? ": it asks for credentials (407)" : ""}`
    : (networkReasons[code ?? ""] ?? "the connection failed");
  const detail = code ? ` (${code})` : "";
  return new TransportFailure("network", sent, reason + detail, code, sent ? undefined : proxyHint);
}

const proxyHint = "Check the address, the network and the variables HTTPS_PROXY and NO_PROXY.";

function innermost(error: unknown): { code?: string; message: string } {
  let code: string | undefined;
  let message = "";
  for (let current = error; current instanceof Error; current = current.cause) {
    message += ` ${current.message}`;
    const candidate = "code" in current ? current.code : undefined;
    if (typeof candidate === "string") code = candidate;
    // A host with several addresses fails with one error per address.
    if (current instanceof AggregateError && !code) return { ...innermost(current.errors[0]), message };
  }
  return { code, message };
}
