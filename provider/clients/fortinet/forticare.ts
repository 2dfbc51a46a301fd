import type { BudgetUsage } from "../http/budget";
import { systemClock } from "../http/clock";
import { commonHttpOptions } from "../http/options";
import { createRedactor } from "../http/redact";
import { HttpClient } from "../http/request";
import { forticareBudget, hourOf, minuteOf } from "./forticare-budget";
import { ForticareCalls, system } from "./forticare-calls";
import { hintFor } from "./forticare-causes";
import {
  type Contracts,
  createContracts,
  createServiceRegistrations,
  type ServiceRegistrations,
} from "./forticare-contracts";
import { type AccountOptions, createFolders, type Folders } from "./forticare-folders";
import { createLicenses, type Licenses } from "./forticare-licenses";
import { createProducts, type Products } from "./forticare-products";
import { createFortinetLogin, type FortinetLogin } from "./oauth";
import type { FortinetOptions, FortinetSurroundings } from "./options";

export type { CallOptions } from "./calls";
export type { Outcome } from "./forticare-bulk";
export type { ForticareCause } from "./forticare-causes";
export type { Contracts, ServiceRegistrations } from "./forticare-contracts";
export type { AccountOptions, Folders } from "./forticare-folders";
export type { Licenses } from "./forticare-licenses";
export type { FindOptions } from "./forticare-product-reads";
export type { BulkOptions, Products } from "./forticare-products";
export type { RegisterOptions, Registration } from "./forticare-register";
export type * from "./forticare-requests";
export * from "./forticare-rules";
export * from "./forticare-types";
export { sameLocation } from "./forticare-wire";
export type { FortinetOptions } from "./options";

export const defaultForticareUrl = "https://support.fortinet.com/ES/api/registration/v3";

/** FortiCare Asset Management, one function a call. */
export interface Forticare {
  products: Products;
  licenses: Licenses;
  contracts: Contracts;
  folders: Folders;
  /** Subscription contracts that become products of their own. */
  services: ServiceRegistrations;
  /** Makes the cheapest call there is: whether the API user may read. A login alone proves nothing. Throws `VendorError`. */
  checkAccess(options?: AccountOptions): Promise<void>;
  /** How much of the limits is used. */
  budget(): Promise<BudgetUsage>;
  login: FortinetLogin;
}

/** A client for FortiCare. Sends nothing before its first call. */
export function createForticare(options: FortinetOptions & FortinetSurroundings): Forticare {
  const redactor = options.redactor ?? createRedactor();
  const baseUrl = forticareBaseUrl(options.forticareUrl);
  const login = createFortinetLogin(
    { ...options, redactor },
    {
      clientId: options.forticareClientId ?? "assetmanagement",
      timeoutSeconds: 10,
      refreshWithCredentials: true,
      refusedHint: "The API user must be enabled in FortiCloud IAM.",
    },
  );
  const budget = options.budget ?? forticareBudget(options, baseUrl);
  const { maxRetries = 2, maxRetryAfterSeconds = 300, requestTimeoutSeconds = 300 } = options;
  const http = new HttpClient({
    ...commonHttpOptions({ ...options, maxRetries }),
    redactor,
    system,
    baseUrl,
    authorizer: login,
    budget,
    maxPauseMs: maxRetryAfterSeconds * 1_000,
    hintFor,
  });
  const calls = new ForticareCalls({
    http,
    budget,
    clock: options.clock ?? systemClock,
    minuteMs: minuteOf(options),
    hourMs: hourOf(options),
    writeTimeoutMs: requestTimeoutSeconds * 1_000,
  });
  const products = createProducts(calls);
  const folders = createFolders(calls);
  return {
    products,
    licenses: createLicenses(calls, products),
    contracts: createContracts(calls),
    folders,
    services: createServiceRegistrations(calls, products),
    checkAccess: async (call) => {
      await folders.list(call);
    },
    budget: () => budget.usage(),
    login,
  };
}

/** The base of all paths. A host alone gets the path that the vendor's has; a whole address is kept. */
export function forticareBaseUrl(url = defaultForticareUrl): string {
  const base = url.trim().replace(/\/+$/, "");
  if (/\/ES\/api\/registration\/.+/i.test(base)) return base;
  return `${base.replace(/\/ES\/api\/registration$/i, "")}/ES/api/registration/v3`;
}
