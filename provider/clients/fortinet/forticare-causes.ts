import type { VendorError } from "../http/errors";

/** What FortiCare's words mean, as the `code` of a failure. */
export type ForticareCause = keyof typeof causes;

const causes = {
  "registered-elsewhere": {
    words: /\b(?:another|other|different) (?:account|user|customer|company|organi[sz]ation)|someone else/i,
    hint: "Only its owner can hand it over: ask them, your reseller, or Fortinet's customer service. Check the serial number too.",
  },
  "already-registered": {
    words: /product (?:is |has )?already (?:been )?registered/i,
    hint: "It needs no registration: adopt it. If it is not in this account, another one has it.",
  },
  "cloud-key-required": {
    words: /cloud ?key is required/i,
    hint: "Set cloudKey: the 8 letters and digits that are printed on the device or its packaging.",
  },
  "cloud-key-invalid": {
    words: /invalid cloud ?key|cloud ?key is (?:invalid|incorrect|wrong)/i,
    hint: "Compare cloudKey with the 8 letters and digits that are printed on the device: nothing was registered with this one.",
  },
  "used-up": {
    words: /\b(?:contract|licen[cs]e|code)\b.*\balready (?:been )?(?:registered|used|consumed)/i,
    hint: "It can be used only once. Look in the portal which product has it.",
  },
  "account-id-required": {
    words: /positive number for accountId/i,
    hint: "The scope of this API user is an organization: set accountId to the number of the account that is meant.",
  },
  "folder-exists": {
    words: /folder\b.*\balready exists/i,
    hint: "Use the folder that there is.",
  },
  "folder-not-empty": {
    words: /folder\b.*\bnot empty/i,
    hint: "Move its products and delete the folders in it first.",
  },
  decommissioned: {
    words: /\bdecommissioned/i,
    hint: "Restore it in the FortiCare portal first: the API has no call for that.",
  },
  "no-download": {
    words: /licen[cs]e download\b.*\bnot supported/i,
    hint: "Only the licences of virtual products can be downloaded.",
  },
} as const;

/** The cause that a text names, if it is one that we know. */
export function causeOf(words: string | undefined): ForticareCause | undefined {
  if (!words) return undefined;
  return (Object.keys(causes) as ForticareCause[]).find((cause) => causes[cause].words.test(words));
}

/** What the user can do about a failure. */
export function hintFor(failure: VendorError): string | undefined {
  const { code, kind } = failure;
  if (code !== undefined && Object.hasOwn(causes, code)) return causes[code as ForticareCause].hint;
  if (code === "error-budget") {
    return "FortiCare allows few failed calls and units an hour, and what it does beyond them is not known. Mend what has failed before.";
  }
  if (kind === "forbidden") {
    return "A login succeeds even without permission: in FortiCloud IAM, give the permission profile of the API user access to Asset Management, ReadWrite unless it shall only read. Nothing else is sent to FortiCare in this run.";
  }
  return undefined;
}
