import { readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";
import type { Dispatcher } from "undici";

/** How to reach a service. */
export interface ConnectionOptions {
  /** PEM file of certificate authorities to trust besides those of Node (which include NODE_EXTRA_CA_CERTS). */
  caFile?: string;
  /** Accept any certificate. Default false. */
  insecureSkipVerify?: boolean;
  /** Time to connect, TLS handshake included, in milliseconds. Default 10,000. */
  connectTimeoutMs?: number;
}

const proxyVariables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"];
const dispatchers = new Map<string, Promise<Dispatcher>>();

/** The dispatcher for these options and the proxy of the environment. Equal options share one, and so its connections. */
export function dispatcherFor(options: ConnectionOptions): Promise<Dispatcher> {
  const key = JSON.stringify([
    options.caFile,
    options.insecureSkipVerify,
    options.connectTimeoutMs,
    ...proxyVariables.map((name) => process.env[name]),
  ]);
  let dispatcher = dispatchers.get(key);
  if (!dispatcher) {
    dispatcher = createDispatcher(options);
    dispatchers.set(key, dispatcher);
    // A CA file that could not be read may be readable the next time.
    dispatcher.catch(() => dispatchers.delete(key));
  }
  return dispatcher;
}

async function createDispatcher(options: ConnectionOptions): Promise<Dispatcher> {
  const tls = {
    rejectUnauthorized: options.insecureSkipVerify !== true,
    // Setting `ca` replaces Node's own list, hence the union.
    ...(options.caFile && { ca: [...getCACertificates("default"), readFileSync(options.caFile, "utf8")] }),
  };
  const timeout = options.connectTimeoutMs ?? 10_000;
  // Loaded here, because it costs a tenth of a second that the plugin's start-up should not pay.
  const { EnvHttpProxyAgent } = await import("undici");
  return new EnvHttpProxyAgent({
    allowH2: false,
    connect: { ...tls, timeout },
    connectTimeout: timeout,
    requestTls: tls,
    proxyTls: tls,
    // The deadline of the whole exchange is ours.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
