import {
  parseUpgradeKey,
  type UpgradeKey,
  type UpgradeKind,
  type UpgradeView,
  upgradeKeyText,
} from "../../../clients/mist/upgrades";
import type { FoundJob, JobPhase } from "../../../core/job";
import type { Context, WriteContext } from "../../../core/resource";
import { type Account, accountOf } from "../account";
import { eventually } from "../newcomers";
import { jobOutputsOf } from "./fields";
import { jobName, phaseOf, progressOf, reasonOf } from "./progress";

type Outputs = ReturnType<typeof jobOutputsOf>;

/** What a kind of job has of its own. */
export interface JobKind<Inputs> {
  kind: UpgradeKind;
  /** As errors name it: "the devices of site 1f2e…". */
  what(inputs: Inputs, place: string): string;
  /** The id of the site or organization that is asked. */
  place(context: Context, account: Account, inputs: Inputs): Promise<string>;
  /** The request, as the API has it. */
  body(inputs: Inputs): object;
  /** Whether what stands at the head of a job is what was asked for. */
  isLike(view: UpgradeView, inputs: Inputs): boolean;
  /** Whether its devices are those that were asked for. */
  hasDevices(view: UpgradeView, inputs: Inputs, context: Context, account: Account): Promise<boolean>;
  /** The same in another form, where it was refused in the first; undefined where there is none. */
  otherBody?(body: object, refusal: unknown): object | undefined;
  /** The inputs that a job tells, for an import. */
  inputs(view: UpgradeView): Partial<Inputs>;
}

/** Lists may be as old as this where they are only searched for what an earlier run has left. */
const recentMs = 60_000;
/** An organization's list tells ids only, and no order: so many jobs at either end of it are looked at. */
const fewJobs = 10;

/** How jobs of a kind are found, submitted, looked at and cancelled. */
export function jobVerbs<Inputs>(of: JobKind<Inputs>) {
  const { kind } = of;

  const found = (view: UpgradeView): FoundJob<Inputs, Outputs> => ({
    id: upgradeKeyText(view.key),
    inputs: of.inputs(view),
    phase: phaseOf(view),
    progress: progressOf(view),
    reason: reasonOf(view),
    outputs: jobOutputsOf(view),
  });

  /** A job that goes on, is not to be skipped, and does what was asked for, to the same devices. */
  async function search(
    account: Account,
    place: string,
    inputs: Inputs,
    context: Context,
    { skip, maxAgeMs }: { skip(id: string): boolean; maxAgeMs: number },
  ): Promise<UpgradeView | undefined> {
    const { upgrades } = account.client;
    const { signal } = context;
    const isLike = (view: UpgradeView) => view.outcome === "active" && of.isLike(view, inputs);
    const all = [...(await upgrades.list(kind, place, { signal, maxAgeMs })).values()];
    const candidates =
      kind === "org" ? [...all.slice(0, fewJobs), ...all.slice(fewJobs).slice(-fewJobs)] : all.filter(isLike);
    for (const { key } of candidates) {
      if (skip(upgradeKeyText(key))) continue;
      const view = await upgrades.find(key, signal);
      if (view && isLike(view) && (await of.hasDevices(view, inputs, context, account))) return view;
    }
    return undefined;
  }

  async function submitInTurn(
    context: WriteContext<Outputs & { phase: JobPhase }>,
    account: Account,
    place: string,
    inputs: Inputs,
  ): Promise<FoundJob<Inputs, Outputs>> {
    const { upgrades } = account.client;
    const { signal } = context;
    const what = of.what(inputs, place);
    account.assertWritable(`the firmware of ${what}`);
    // Mist says nothing of a job on Mist Edges but that it has taken it: it is the one that was not there before.
    const before = new Set(
      (await upgrades.list(kind, place, { signal, maxAgeMs: kind === "mxedge" ? 0 : recentMs })).keys(),
    );
    const skip = (id: string) => before.has((parseUpgradeKey(id) as UpgradeKey).id);
    const lost = () => search(account, place, inputs, context, { skip, maxAgeMs: 0 });
    const look = async () => {
      const view = await lost();
      return view && { id: view.key.id };
    };
    const start = (body: object) => upgrades.start(kind, place, body, { signal, action: `upgrade ${what}`, look });
    const body = of.body(inputs);
    const row = await start(body).catch((error: unknown) => {
      const other = of.otherBody?.(body, error);
      if (!other) throw error;
      return start(other);
    });
    const told = row?.upgrade_id ?? row?.id;
    const id =
      typeof told === "string" ? told.toLowerCase() : (await eventually(lost, "the job to show", context))?.key.id;
    if (id === undefined) {
      throw new Error(
        `Mist has taken the upgrade of ${what} without telling its id, and its list does not show it; run \`pulumi up\` ` +
          "again, which looks for it before it asks anew",
      );
    }
    const key = { kind, place, id };
    const taken: UpgradeView = {
      ...{ key, status: "created", outcome: "active", plan: [], counts: {}, total: 0, sites: [] },
      row: row ?? {},
    };
    context.accepted(upgradeKeyText(key), { ...jobOutputsOf(taken), phase: "waiting" });
    const shown = await eventually(() => upgrades.find(key, signal), jobName(taken), context);
    return found(shown ?? taken);
  }

  return {
    async find(context: Context, inputs: Inputs, isTaken: (id: string) => boolean) {
      const account = await accountOf(context);
      const place = await of.place(context, account, inputs);
      const view = await search(account, place, inputs, context, { skip: isTaken, maxAgeMs: recentMs });
      return view && found(view);
    },

    async submit(context: WriteContext<Outputs & { phase: JobPhase }>, inputs: Inputs) {
      const account = await accountOf(context);
      const place = await of.place(context, account, inputs);
      const submit = () => submitInTurn(context, account, place, inputs);
      // Those who can tell their jobs only by what is new ask one after the other.
      return kind === "mxedge" ? account.turnsOf(`Mist Edge jobs of ${place}`).run(submit, context.signal) : submit();
    },

    async look(context: Context, id: string) {
      const account = await accountOf(context);
      const view = await account.client.upgrades.find(await keyOf(account, id, context), context.signal);
      return view && found(view);
    },

    async cancel(context: Context, id: string) {
      const account = await accountOf(context);
      account.assertWritable(`upgrade job ${id}`);
      await account.client.upgrades.cancel(await keyOf(account, id, context), context.signal);
    },
  };

  async function keyOf(account: Account, id: string, { signal }: Context): Promise<UpgradeKey> {
    const key = parseUpgradeKey(id, kind);
    const isSite = kind === "site";
    if (!key || (isSite && key.place === undefined)) {
      const form = isSite ? "siteId/upgradeId" : "upgradeId, or orgId/upgradeId";
      throw new Error(`${JSON.stringify(id)} names no upgrade job of this kind: give ${form}`);
    }
    return { kind, place: key.place ?? (await account.client.organization(undefined, { signal })), id: key.id };
  }
}
