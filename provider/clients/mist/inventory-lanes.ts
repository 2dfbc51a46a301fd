import type { Clock } from "../http/clock";
import { KeyedBatcher } from "../http/keyed-batch";
import { Pace } from "../http/pace";
import {
  type Changed,
  type Claimed,
  changesPerCall,
  claimsPerCall,
  type DeviceNames,
  type Inventory,
  type InventoryChange,
  looksPerCall,
} from "./inventory";
import type { Row } from "./mist";

/** When no device has come for so long, a call leaves that is not full; the most only while a big state is saved. */
const quietMs = { least: 200, most: 15_000 };

/** One device at a time, for resources that each have one: those that come together travel together. */
export interface InventoryLanes {
  /** Brings a device into the organization. Settled only when Mist has taken or refused it. Throws `VendorError`. */
  claim(orgId: string, code: string, signal?: AbortSignal): Promise<Claimed>;
  /** Changes a device. Settled only when Mist has taken or refused it. Throws `VendorError`. */
  change(orgId: string, change: InventoryChange, device: DeviceNames, signal?: AbortSignal): Promise<Changed>;
  /** The row of a device as it is now; undefined when the organization does not have it. Throws `VendorError`. */
  look(orgId: string, mac: string, signal?: AbortSignal): Promise<Row | undefined>;
}

/** Lanes over an inventory, at the pace at which the engine hands over resources. */
export function createInventoryLanes(inventory: Inventory, clock?: Clock): InventoryLanes {
  const common = { maxInFlight: 4, clock };
  const claims = new KeyedBatcher<string, string, Claimed>({
    ...common,
    maxSize: claimsPerCall,
    finishSent: true,
    run: (orgId, codes, signal) => inventory.claim(orgId, codes, { signal }),
  });
  const changes = new KeyedBatcher<readonly [string, InventoryChange], DeviceNames, Changed>({
    ...common,
    maxSize: changesPerCall,
    finishSent: true,
    run: ([orgId, change], devices, signal) => inventory.change(orgId, change, devices, { signal }),
  });
  const looks = new KeyedBatcher<string, string, Row | undefined>({
    ...common,
    maxSize: looksPerCall,
    run: (orgId, macs, signal) => inventory.rows(orgId, macs, { signal }),
  });
  const pace = new Pace({ stages: [claims, changes, looks], quietMs, clock });
  const noticed = <T>(settled: Promise<T>): Promise<T> => {
    pace.arrived();
    return settled;
  };
  return {
    claim: (orgId, code, signal) => noticed(claims.add(orgId, code, signal)),
    change: (orgId, change, device, signal) => noticed(changes.add([orgId, change], device, signal)),
    look(orgId, mac, signal) {
      const row = looks.add(orgId, mac, signal);
      void pace.watch();
      return row;
    },
  };
}
