/** How many sets share the products of the run with shorter windows. */
export const productSets = 10;

/** How many times shorter the windows of the limits are in that run, the vendor's and ours: an hour is a minute. */
export const windowScale = 60;

/** Products on one page of a list. */
export const pageSize = 50;

/** How big a network template of Mist is, as JSON. */
export const templateBytes = 100_000;

/** How many of everything are measured with a fleet of so many devices. */
export function sizesFor(devices: number) {
  return {
    devices,
    /** Existing devices that are imported. */
    imported: Math.ceil(devices / 2),
    /** New products that are registered, in an account that has as many others already. */
    products: Math.ceil(devices / 2),
    /** New products in the run with shorter windows. */
    scaled: devices * 5,
    /** Sites of Mist with settings, in front of as many devices as the fleet has. */
    sites: Math.ceil(devices / 5),
    /** Access points of Mist in one upgrade job. */
    accessPoints: Math.ceil(devices / 2),
    /** PAN-OS firewalls that are upgraded at once. */
    firewalls: Math.ceil(devices / 5),
    /** Servers that HWAutomation provisions at once. */
    workflows: Math.ceil(devices / 5),
    /** Those of them that are described anew, each with a call of its own: more than an hour has. */
    describedAnew: devices,
  };
}

export type Sizes = ReturnType<typeof sizesFor>;
