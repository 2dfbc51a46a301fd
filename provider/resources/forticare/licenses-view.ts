import type { Forticare, License } from "../../clients/fortinet/forticare";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { Snapshot } from "../../clients/http/coalesce";
import { maxAgeMs } from "./products-view";

/** The licences of one account: a refresh of all of them is one list. */
export class LicensesView {
  private readonly snapshot: Snapshot<License[]>;

  constructor(
    private readonly client: Forticare,
    private readonly accountId: number | undefined,
  ) {
    this.snapshot = new Snapshot({ maxAgeMs, load: (signal) => client.licenses.list({ accountId }, { signal }) });
  }

  all(signal: AbortSignal): Promise<License[]> {
    return this.snapshot.read({ signal });
  }

  /** A licence by its number; undefined only when FortiCare, asked for this very number, has none. */
  async find(licenseNumber: string, signal: AbortSignal): Promise<License | undefined> {
    const isIt = (license: License) => normalizeSerial(license.licenseNumber ?? "") === normalizeSerial(licenseNumber);
    const listed = (await this.all(signal)).find(isIt);
    if (listed) return listed;
    const { client, accountId } = this;
    return (await client.licenses.list({ licenseNumber, accountId }, { signal })).find(isIt);
  }

  /** The licences of a product. */
  async of(serial: string, signal: AbortSignal): Promise<License[]> {
    return (await this.all(signal)).filter(({ serialNumber }) => serialNumber === normalizeSerial(serial));
  }

  /** Runs a write, after which the next look is a new list. */
  write<T>(work: () => Promise<T>): Promise<T> {
    return this.snapshot.write(work);
  }
}
