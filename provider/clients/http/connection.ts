import { readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";
import type { Dispatcher } from "undici";

/** How to reach a service. */
export interface ConnectionOptions {
  /** PEM file of certificate authorities to trust besides those of Node (which include NODE_EXTRA_CA_CERTS). */
  caFile?: string;
  /** PEM file of a certificate that shows the service who we are, and of its key. Default: none. */
  clientCertificateFile?: string;
  /** Default: the key is in the file of the certificate. */
  clientKeyFile?: string;
  /** Accept any certificate. Default false. */
  insecureSkipVerify?: boolean;
  /** Time to connect, TLS handshake included, in milliseconds. Default 10,000. */
  connectTimeoutMs?: number;
  /** `http:`, `https:` or `socks5:` URL of a proxy, perhaps with user and password. Default: as the environment says. */
  proxy?: string;
  /** Hosts to reach without a proxy, as in NO_PROXY. Default: as the environment says. */
  noProxy?: string;
}

const proxyVariables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"];
const dispatchers = new Map<string, Promise<Dispatcher>>();

/** The dispatcher for these options and the proxy of the environment. Equal options share one, and so its connections. */
export function dispatcherFor(options: ConnectionOptions): Promise<Dispatcher> {
  const key = JSON.stringify([
    options.caFile,
    options.clientCertificateFile,
    options.clientKeyFile,
    options.insecureSkipVerify,
    options.connectTimeoutMs,
    options.proxy,
    options.noProxy,
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

function usesSocks(proxy: string | undefined): boolean {
  const proxies = proxy ? [proxy] : proxyVariables.map((name) => process.env[name] ?? "");
  return proxies.some((address) => /^socks5?:/i.test(address));
}

async function createDispatcher(options: ConnectionOptions): Promise<Dispatcher> {
  const { caFile, clientCertificateFile, clientKeyFile, proxy, noProxy } = options;
  const certificate = clientCertificateFile ? readFileSync(clientCertificateFile, "utf8") : undefined;
  const trusted = {
    rejectUnauthorized: options.insecureSkipVerify !== true,
    // Setting `ca` replaces Node's own list, hence the union.
    ...(caFile && { ca: [...getCACertificates("default"), readFileSync(caFile, "utf8")] }),
  };
  const tls = {
    ...trusted,
    ...(certificate && { cert: certificate, key: clientKeyFile ? readFileSync(clientKeyFile, "utf8") : certificate }),
  };
  const timeout = options.connectTimeoutMs ?? 10_000;
  // Loaded here, because it costs a tenth of a second that the plugin's start-up should not pay.
  const { EnvHttpProxyAgent } = await import("undici");
  return new EnvHttpProxyAgent({
    allowH2: false,
    connect: { ...tls, timeout },
    connectTimeout: timeout,
    requestTls: tls,
    // The certificate is for the service, not for who is in between. With this undici speaks TLS to a SOCKS proxy as well.
    ...(!usesSocks(proxy) && { proxyTls: trusted }),
    ...(proxy && { httpProxy: proxy, httpsProxy: proxy }),
    ...(noProxy !== undefined && { noProxy }),
    // The deadline of the whole exchange is ours.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
