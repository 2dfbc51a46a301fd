import { z } from "zod";
import {
  cloudKeyProblem,
  contractNumberProblem,
  folderIdProblem,
  locationProblems,
  serialProblem,
} from "../../clients/fortinet/forticare-rules";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { field, object, type ValuesOf } from "../../core/shape";

/** As `owns` names a product, whichever resource registers it. */
export const productName = (serial: string): string => `FortiCare product ${normalizeSerial(serial)}`;

const sentenceOf = (problem: (text: string) => string | undefined) => (text: string, context: z.RefinementCtx) => {
  const message = problem(text);
  if (message) context.addIssue({ code: "custom", message: `is refused: ${message}` });
};

export const serialText = z.string().superRefine(sentenceOf(serialProblem));

export const serialNumber = field(serialText, {
  doc: "The serial number; upper and lower case mean the same. Another serial is another product.",
  change: "replace",
  canonical: normalizeSerial,
});

/** Where a product stands. */
export const location = object(
  "ProductLocation",
  {
    company: field(z.string().optional(), { doc: "The company." }),
    address: field(z.string(), { doc: "Street and number." }),
    city: field(z.string(), { doc: "The city." }),
    stateOrProvince: field(z.string().optional(), {
      doc: "The state or province; in US, CA, IN, BR and UA its two-letter code, which is required there.",
    }),
    countryCode: field(z.string(), { doc: "The country, ISO 3166-1 alpha-2.", canonical: normalizeSerial }),
    postalCode: field(z.string(), { doc: "The postal code." }),
    email: field(z.string().optional(), { doc: "An e-mail address." }),
    phone: field(z.string().optional(), { doc: "A plus, the country code, a space and the number: +1 408-555-0100." }),
    fax: field(z.string().optional(), { doc: "The same for the fax." }),
  },
  "Where a product stands.",
);

const folderId = field(z.int().nonnegative().optional(), {
  doc:
    'The folder that it is in, 0 being the root "My Assets". Left out, it is not managed; taken out of the program, the ' +
    "product goes back to the root.",
  references: "forticare:Folder.folderId",
});

const locationField = field(location.optional(), {
  doc:
    "Where it stands. Left out, it is not managed; taken out of the program, it is removed. FortiCare tells it one product " +
    "a call, so a refresh looks at it only with refreshDetails.",
});

/** What a program says of a product, whatever resource it is in. */
export const productSettings = {
  description: field(z.string().optional(), {
    doc: "A text of your own. Left out, it is not managed; taken out of the program, it is cleared.",
    canonical: (text) => text.trim(),
  }),
  folderId,
  location: locationField,
  contractNumbers: field(z.array(z.string().superRefine(sentenceOf(contractNumberProblem))).optional(), {
    doc:
      "Contracts to apply to it. Each is used up for good: one more is registered, but one that is taken out of the program " +
      "is refused, since FortiCare cannot take it off. What else the product has is not touched.",
    secret: true,
    unordered: true,
    canonical: normalizeSerial,
  }),
  isGovernment: field(z.boolean().optional(), {
    doc: "Whether it is for the use of a government. Told at registration and never shown again. Default: false.",
    change: "immutable",
    default: false,
  }),
  additionalInfo: field(z.string().optional(), {
    doc: "For example a system id or management address. Told at registration and never shown again.",
    change: "immutable",
  }),
  assetGroupIds: field(z.array(z.int().nonnegative()).optional(), {
    doc: "The asset groups that it joins at its registration.",
    change: "immutable",
    unordered: true,
  }),
  replacedSerialNumber: field(serialText.optional(), {
    doc: "The serial number of the product that it replaces (RMA). Told at registration and never shown again.",
    change: "immutable",
    canonical: normalizeSerial,
  }),
  cloudKey: field(z.string().superRefine(sentenceOf(cloudKeyProblem)).optional(), {
    doc:
      "The FortiCloud key: the 8 letters and digits printed on the device. Models that have one need it at registration; " +
      "afterwards it is not looked at.",
    secret: true,
    change: "writeOnly",
  }),
} as const;

export type ProductSettings = ValuesOf<typeof productSettings>;

/** What a program says about how its products are handled, which costs no call to change. */
export const productBehaviour = {
  adopt: field(z.enum(["never", "identical", "update"]).optional(), {
    doc:
      "What happens to a product that this account has registered already. update: take it over, and change what differs. " +
      "identical: take it over when nothing differs, else refuse. never: refuse. Default: update, since a serial number " +
      "can be registered only once, ever: there is no other way to get it into a program, and a create that was " +
      "interrupted goes on this way.",
    change: "local",
    default: "update",
  }),
  onDelete: field(z.enum(["retain", "decommission"]).optional(), {
    doc:
      "What delete does. retain forgets the product and leaves it registered. decommission takes it out of service, which " +
      "only the portal can undo; it stays registered all the same. Default: retain.",
    change: "local",
    default: "retain",
  }),
} as const;

/** What is wrong with a location and a folder, by their paths. */
export function settingsProblems({ location, folderId }: ProductSettings, at = "") {
  const path = (name: string) => (at ? `${at}.${name}` : name);
  const problems = (location ? locationProblems(location) : []).map((message) => ({ path: path("location"), message }));
  const folder = folderId === undefined ? undefined : folderIdProblem(folderId);
  return folder ? [...problems, { path: path("folderId"), message: folder }] : problems;
}
