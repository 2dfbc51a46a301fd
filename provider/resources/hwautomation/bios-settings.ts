/**
 * What a BIOS shows among its settings but is a fact about one machine, or is measured by it: a configuration never carries
 * it from one machine to another. The names are those of any vendor, as words.
 */
const ownToMachine: readonly { what: string; names: RegExp }[] = [
  { what: "a MAC address", names: /\bmac\b.*\b(address|addr)\b|\bmac$/ },
  { what: "a serial number", names: /\bserial (number|no|num)\b|\bserialnumber\b/ },
  { what: "its UUID", names: /\buuid\b/ },
  { what: "its asset tag", names: /\basset tag\b/ },
  { what: "its make", names: /^(system |product |board )?(manufacturer|product name)$/ },
  {
    what: "a path to its boot devices",
    names: /\bboot (device )?path\b|\bboot entry\b|\bboot option \d+|\bbbs priorities\b/,
  },
  { what: "a key of its TPM", names: /\btpm (\w+ )*keys?\b/ },
  { what: "a key of its secure boot", names: /\bsecure boot (\w+ )*(keys?|db|dbx|pk|kek)\b/ },
  { what: "a licence key", names: /\blicen[sc]e key\b/ },
  { what: "a timing that it measures", names: /\b(memory|dram|cpu|dimm) timing\b/ },
  { what: "what its memory is", names: /\bmemory size\b|\bdimm (\w+ )+(size|speed|manufacturer)\b/ },
  { what: "a version of its firmware", names: /\b(bios|firmware|microcode) version\b/ },
  { what: "a calibration of its own", names: /\b(thermal|power|fan) calibration\b/ },
];

/** What of one machine a setting is, and never of another; undefined for what can be configured. */
export function ownPartOf(setting: string): string | undefined {
  const words = wordsOf(setting);
  return ownToMachine.find(({ names }) => names.test(words))?.what;
}

/** `mac_address_lan1`, `MacAddressLan1` and `MAC Address LAN 1` as the same words. */
function wordsOf(setting: string): string {
  return setting
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .replace(/([a-z])(\d)/gi, "$1 $2")
    .replace(/[^a-z0-9]+/gi, " ")
    .trim()
    .toLowerCase();
}
