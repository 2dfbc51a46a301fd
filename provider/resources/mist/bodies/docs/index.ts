import { deviceDocs } from "./devices";
import { settingDocs } from "./settings";
import { wirelessDocs } from "./wireless";

/** What the keys mean: `schema.key`, or the key alone where it means the same everywhere. */
export const docs: { readonly [key: string]: string } = { ...settingDocs, ...deviceDocs, ...wirelessDocs };
