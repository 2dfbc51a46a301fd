/** A Mist cloud: where its API is, and what the names of its cookies end with. */
export interface Cloud {
  /** As the user names it: `emea01`. */
  name: string;
  host: string;
  cookieSuffix: string;
}

const clouds: readonly Cloud[] = [
  { name: "global01", host: "api.mist.com", cookieSuffix: "" },
  { name: "global02", host: "api.gc1.mist.com", cookieSuffix: ".gc1" },
  { name: "global03", host: "api.ac2.mist.com", cookieSuffix: ".ac2" },
  { name: "global04", host: "api.gc2.mist.com", cookieSuffix: ".gc2" },
  { name: "global05", host: "api.gc4.mist.com", cookieSuffix: ".gc4" },
  { name: "emea01", host: "api.eu.mist.com", cookieSuffix: ".eu" },
  { name: "emea02", host: "api.gc3.mist.com", cookieSuffix: ".gc3" },
  { name: "emea03", host: "api.ac6.mist.com", cookieSuffix: ".ac6" },
  { name: "emea04", host: "api.gc6.mist.com", cookieSuffix: ".gc6" },
  { name: "apac01", host: "api.ac5.mist.com", cookieSuffix: ".ac5" },
  { name: "apac02", host: "api.gc5.mist.com", cookieSuffix: ".gc5" },
  { name: "apac03", host: "api.gc7.mist.com", cookieSuffix: ".gc7" },
  { name: "usgov", host: "api.us.mist-federal.com", cookieSuffix: ".us" },
  { name: "staging", host: "api.mistsys.com", cookieSuffix: "" },
  { name: "staging.ac99", host: "api.ac99.mist.com", cookieSuffix: ".ac99" },
  { name: "staging.gc1", host: "api.gc1.mistsys.com", cookieSuffix: ".gc1" },
];

/** Names of the public clouds. */
export const cloudNames: readonly string[] = clouds
  .map(({ name }) => name)
  .filter((name) => !name.startsWith("staging"));

const basePath = "/api/v1";

/**
 * The base of all paths, `https://api.eu.mist.com/api/v1`, of a cloud by name (`emea01`, `EMEA 01`), by the host of its API or
 * portal, or by any URL. Default: Global 01. Undefined for a text that can be none of these.
 */
export function mistBaseUrl(cloud = "global01"): string | undefined {
  const text = cloud.trim();
  const known = clouds.find(({ name }) => name === text.toLowerCase().replace(/[\s_-]/g, ""));
  if (known) return `https://${known.host}${basePath}`;
  const address = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(address) || (address !== text && !/[.:]/.test(text))) return undefined;
  const url = new URL(address);
  // The address that people have at hand is that of the portal.
  const host = url.host.replace(/^manage\.(?=.*\bmist)/, "api.");
  const path = url.pathname.replace(/\/+$/, "");
  return `${url.protocol}//${host}${path.endsWith(basePath) ? path : path + basePath}`;
}

/** The cloud at a base URL, if it is one of those that are known. */
export function cloudAt(baseUrl: string): Cloud | undefined {
  const { host } = new URL(baseUrl);
  return clouds.find((cloud) => cloud.host === host);
}
