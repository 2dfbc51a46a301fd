import type { ClientOptions } from "../http/options";
import type { Dialect } from "./types";

/** What the client of HWAutomation is configured with. Without `token` and `password` it asks as nobody in particular. */
export interface HwAutomationOptions extends ClientOptions {
  /** Where the service is, without the `/api` of its paths: `http://provisioning.example.com:5000`. */
  baseUrl: string;
  /** Which dialect it speaks. Default "auto": found out with the first call that depends on it. */
  profile?: "auto" | Dialect;
  username?: string;
  password?: string;
  /** A bearer token, in place of `username` and `password`. */
  token?: string;
  /** Listen to the service's events over Socket.IO. Default false. */
  useWebSocket?: boolean;
  /** Calls at once. Default 8. */
  maxConcurrent?: number;
}
