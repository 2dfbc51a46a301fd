import type { Product } from "../../clients/fortinet/forticare";
import { normalizeSerial } from "../../clients/fortinet/lists";
import type { Context, Plan, State, WriteContext } from "../../core/resource";
import { managedInputs } from "../../core/state";
import { hasUnknown, isUnknown, type Value, type ValueMap } from "../../core/values";
import { count, someOf } from "../../core/words";
import { forEachOf, shortened } from "../sets";
import type { Account, Assets } from "./assets";
import { productSettings } from "./product-inputs";
import { changedSettings, type Member, type Members, wantedOf } from "./product-set-members";
import { adoptionRefusal, type Changeable, contractsRefusal, describeSteps, stepsFor } from "./product-steps";
import { type Adopt, changeProduct, decommissionProduct, registerProduct, type Wanted } from "./product-work";
import { forticare } from "./service";

export interface SetInputs extends Members {
  accountId?: number;
  adopt?: Adopt;
  onDelete?: "retain" | "decommission";
}

/** What a set tells of each of its products. */
export interface ProductSummary {
  status: "registered" | "decommissioned" | "incomplete";
  adopted: boolean;
  productModel?: string;
  registrationDate?: string;
  folderPath?: string;
}

export interface SetOutputs {
  /** By serial in upper case. */
  summaries: { [serial: string]: ProductSummary };
}

export type SetState = State<SetInputs, SetOutputs>;

/** What a set has: the products that it has taken, as the program said them. */
export function standingOf(state: SetState | undefined) {
  const inputs: SetInputs = state?.attempted ?? state?.inputs ?? { products: {} };
  return { inputs, wanted: wantedOf(inputs), summaries: state?.outputs.summaries ?? {} };
}

/** What there is to do for a set: products to bring to what is wanted, and serials to let go. */
export function dueIn(from: SetState | undefined, to: SetInputs): { bring: Map<string, Wanted>; letGo: string[] } {
  const { wanted: before, summaries } = standingOf(from);
  const after = wantedOf(to);
  const isDone = (wanted: Wanted): boolean => {
    const was = before.get(wanted.serialNumber);
    const summary = summaries[wanted.serialNumber];
    if (!was || !summary || summary.status === "incomplete") return false;
    return changedSettings(was, wanted).length === 0;
  };
  return {
    bring: new Map([...after].filter(([, wanted]) => !isDone(wanted))),
    letGo: Object.keys(summaries).filter((serial) => !after.has(serial)),
  };
}

/** Sentences about changes of products that the set has, of which FortiCare is not capable. */
export function refusalsOf(from: SetState | undefined, to: SetInputs): string[] {
  const { wanted: before, summaries } = standingOf(from);
  return [...dueIn(from, to).bring].flatMap(([serial, wanted]) => {
    const was = before.get(serial);
    if (!was || !Object.hasOwn(summaries, serial) || hasUnknown(wanted as Value)) return [];
    const fixed = changedSettings(was, wanted).filter(
      (name) => productSettings[name as keyof typeof productSettings].change === "immutable",
    );
    const contracts = contractsRefusal(serial, was, wanted);
    const sentences = contracts ? [contracts] : [];
    if (fixed.length === 0) return sentences;
    return [
      ...sentences,
      `${fixed.join(", ")} of ${serial} cannot be changed once it is registered; restore the old value`,
    ];
  });
}

/** What a preview finds, for the price of one list of products. */
export async function planSet(context: Context, from: SetState | undefined, to: SetInputs): Promise<Plan<never>> {
  const problems = refusalsOf(from, to);
  if (isUnknown(to.products) || isUnknown(to.accountId)) return { problems: shortened(problems) };
  const account = (await context.use(forticare)).account(to.accountId);
  const { summaries } = standingOf(from);
  const strangers = [...dueIn(from, to).bring.values()].filter(
    ({ serialNumber }) => !Object.hasOwn(summaries, serialNumber),
  );
  const adopt = isUnknown(to.adopt) ? "update" : (to.adopt ?? "update");
  const changed: string[] = [];
  const fresh: string[] = [];
  await Promise.all(
    strangers.map(async (wanted) => {
      const serial = wanted.serialNumber;
      const found = await account.products.find(serial, context.signal);
      if (!found) return fresh.push(serial);
      const known = knownPart(wanted);
      const steps = stepsFor(found, adopt === "identical" ? { location: known.location } : {}, known);
      const refused = adoptionRefusal(found, steps, adopt);
      if (refused) problems.push(refused);
      else if (describeSteps(steps)) changed.push(serial);
    }),
  );
  const warnings: string[] = [];
  if (fresh.length > 0) {
    const are = count(fresh.length, "product is", "products are");
    warnings.push(`${are} registered for good, which cannot be undone: ${someOf(fresh.sort())}`);
  }
  if (changed.length > 0) {
    const are = count(changed.length, "product is", "products are");
    warnings.push(`${are} registered already, and the program changes what differs: ${someOf(changed.sort())}`);
  }
  return { problems: shortened(problems.sort()), warnings };
}

/** What is not known yet is not judged. */
function knownPart(wanted: Wanted): Wanted {
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => !hasUnknown(value as Value))) as Wanted;
}

/** Does what there is to do for a set. The failure of one product stops no other. */
export async function reconcileSet(
  context: WriteContext<SetOutputs>,
  id: string,
  from: SetState | undefined,
  to: SetInputs,
): Promise<SetOutputs> {
  const [refused] = refusalsOf(from, to);
  if (refused) throw new Error(refused);
  const assets = await context.use(forticare);
  const account = assets.account(to.accountId);
  const before = standingOf(from);
  const due = dueIn(from, to);
  const progress = new Progress(before, to);
  const keep = () =>
    context.accepted(id, { summaries: progress.summaries }, { products: progress.products as ValueMap });
  const bring = async (wanted: Wanted, quiet: Context): Promise<void> => {
    const serial = wanted.serialNumber;
    const summary = before.summaries[serial];
    const accepted = (product: Product, reached: Changeable, adopted = summary?.adopted ?? false) => {
      progress.took(product, reached, adopted);
      keep();
    };
    const work = { assets, account, context: quiet, wanted, from: "resource" as const, accepted };
    if (!summary) {
      const { product, adopted } = await registerProduct(work, to.adopt ?? "update");
      progress.has(product, adopted);
      return;
    }
    const found = await account.products.confirm(serial, context.signal);
    if (!found) throw new Error(`${serial} is not registered in this account any more; run \`pulumi up --refresh\``);
    account.claims.share(serial);
    const { contractNumbers, ...said } = before.wanted.get(serial) ?? {};
    const held = summary.status === "incomplete" ? { contractNumbers } : { ...said, contractNumbers };
    progress.has(await changeProduct(work, found, held), summary.adopted);
  };
  const letGo = async (serial: string, quiet: Context): Promise<void> => {
    if (to.onDelete === "decommission") await release(assets, account, serial, quiet);
    progress.lost(serial);
    keep();
  };
  await forEachOf(context, [...due.bring.keys(), ...due.letGo], "products", (serial, quiet) => {
    const wanted = due.bring.get(serial);
    return wanted ? bring(wanted, quiet) : letGo(serial, quiet);
  });
  return { summaries: progress.summaries };
}

function release(assets: Assets, account: Account, serial: string, context: Context): Promise<void> {
  return decommissionProduct({ assets, account, context, serial, from: "resource" });
}

/** What a set has while it works: what the state keeps of it when the work does not end. */
class Progress {
  readonly summaries: SetOutputs["summaries"];
  /** Each product that the set has taken, in words that go with what the program says of all. */
  readonly products: Members["products"] = {};
  private readonly keys: Map<string, string>;

  constructor(
    before: ReturnType<typeof standingOf>,
    private readonly to: SetInputs,
  ) {
    this.summaries = { ...before.summaries };
    const keys = [...Object.keys(before.inputs.products), ...Object.keys(to.products)];
    this.keys = new Map(keys.map((key) => [normalizeSerial(key), key]));
    const wanted = wantedOf(to);
    for (const [serial, was] of before.wanted) {
      const now = wanted.get(serial);
      const same = now !== undefined && changedSettings(was, now).length === 0;
      const key = this.key(serial);
      // What the set said for all is the product's own by now: the program may say something else for all.
      const { folderId, location } = was;
      this.products[key] = same ? (to.products[key] as Member) : { ...before.inputs.products[key], folderId, location };
    }
  }

  /** A part of what the program says of it: the rest is found out by a look. */
  took(product: Product, { contractNumbers }: Changeable, adopted: boolean): void {
    this.summaries[product.serialNumber] = { ...summaryOf(product, adopted), status: "incomplete" };
    const key = this.key(product.serialNumber);
    this.products[key] = { ...(this.to.products[key] as Member), contractNumbers };
  }

  /** All of what the program says of it. */
  has(product: Product, adopted: boolean): void {
    this.summaries[product.serialNumber] = summaryOf(product, adopted);
    const key = this.key(product.serialNumber);
    this.products[key] = this.to.products[key] as Member;
  }

  lost(serial: string): void {
    delete this.summaries[serial];
    delete this.products[this.key(serial)];
  }

  private key(serial: string): string {
    return this.keys.get(serial) ?? serial;
  }
}

/** Lets all products of a set go. */
export async function releaseSet(context: Context, state: SetState): Promise<void> {
  const { inputs, summaries } = standingOf(state);
  if (inputs.onDelete !== "decommission") return;
  const assets = await context.use(forticare);
  const account = assets.account(inputs.accountId);
  await forEachOf(context, Object.keys(summaries), "products", (serial, quiet) =>
    release(assets, account, serial, quiet),
  );
}

/** What became of the products that a set has taken. One that is as the program said stands there as it says it. */
export async function readSet(context: Context, state: SetState) {
  const { inputs, wanted, summaries: taken } = standingOf(state);
  const account = (await context.use(forticare)).account(inputs.accountId);
  const keys = new Map(Object.keys(inputs.products).map((key) => [normalizeSerial(key), key]));
  const products: Members["products"] = {};
  const summaries: SetOutputs["summaries"] = {};
  await Promise.all(
    Object.keys(taken).map(async (serial) => {
      const found = await account.products.confirm(serial, context.signal);
      if (!found) return;
      const { adopted, status } = taken[serial] as ProductSummary;
      const incomplete = status === "incomplete" ? { status } : {};
      summaries[serial] = { ...summaryOf(found, adopted), ...incomplete };
      const key = keys.get(serial) ?? serial;
      const was = wanted.get(serial);
      if (!was) return;
      const told = { ...was, description: found.description, folderId: found.folderId ?? 0 };
      const managed = managedInputs(productSettings, was as ValueMap, told as ValueMap);
      const changed = changedSettings(was, { ...managed, serialNumber: serial }).map((name) => [name, managed[name]]);
      products[key] = { ...inputs.products[key], ...Object.fromEntries(changed) };
    }),
  );
  return {
    inputs: { ...inputs, products },
    managed: ["products", "folderId", "location"] as const,
    outputs: { summaries },
    unfinished: Object.values(summaries).some(({ status }) => status === "incomplete") ? state.unfinished : undefined,
  };
}

/** Products as they are, without what only details tell. */
export async function importSet(context: Context, id: string, accountId: number | undefined) {
  const account = (await context.use(forticare)).account(accountId);
  const serials = [...new Set(id.split(",").map(normalizeSerial).filter(Boolean))];
  const found = await Promise.all(serials.map((serial) => account.products.find(serial, context.signal)));
  const missing = serials.filter((_, index) => !found[index]);
  if (missing.length > 0 || serials.length === 0) {
    const which =
      missing.length > 0 ? `${someOf(missing)}: not registered in this account, or without entitlement. ` : "";
    throw new Error(`${which}A set is imported by its serials, separated by commas.`);
  }
  const products: Members["products"] = {};
  const summaries: SetOutputs["summaries"] = {};
  for (const product of found.filter((look) => look !== undefined)) {
    products[product.serialNumber] = { description: product.description, folderId: product.folderId };
    summaries[product.serialNumber] = summaryOf(product, true);
  }
  return { inputs: { products, accountId }, outputs: { summaries } };
}

function summaryOf(product: Product, adopted: boolean): ProductSummary {
  const { productModel, registrationDate, folderPath } = product;
  const status: ProductSummary["status"] = product.isDecommissioned ? "decommissioned" : "registered";
  return { status, adopted, productModel, registrationDate, folderPath };
}
