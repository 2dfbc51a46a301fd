import { isVendorError } from "./errors";
import type { HttpClient, HttpRequest } from "./request";

/**
 * Clients of one service with limits of their own, such as one for each of several tokens. Each call goes to the first that
 * may make it now; when the calls of all are used up, it waits for the one that may go on soonest.
 */
export class Relay {
  constructor(private readonly clients: readonly [HttpClient, ...HttpClient[]]) {}

  /** Throws `VendorError`. */
  async send<T>(request: HttpRequest<T>): Promise<T> {
    let [soonest] = this.clients;
    if (this.clients.length === 1) return soonest.send(request);
    let least = Number.POSITIVE_INFINITY;
    for (const client of this.clients) {
      try {
        return await client.send({ ...request, patient: false });
      } catch (error) {
        if (!isVendorError(error, "rate-limited")) throw error;
        const { retryAfterMs = Number.POSITIVE_INFINITY } = error;
        if (retryAfterMs < least) [soonest, least] = [client, retryAfterMs];
      }
    }
    return soonest.send(request);
  }
}
