import type { Panos } from "../../clients/panos/panos";
import type { ConfigValues } from "../../core/config";
import type { Context, Service } from "../../core/resource";
import { panosConfig } from "./config";

/** The work directory of one daemon, with what all its resources share. */
export class WorkDirectory {
  constructor(
    readonly client: Panos,
    private readonly config: ConfigValues,
  ) {}

  /** The longest time between two looks, in milliseconds. */
  get pollMs(): number {
    const { pollSeconds } = this.config;
    return (typeof pollSeconds === "number" ? pollSeconds : 5) * 1_000;
  }

  /** Whether nothing is written while no daemon runs. */
  get needsDaemon(): boolean {
    return this.config.submitWhenDaemonDown === "fail";
  }

  /** @throws Error when the configuration forbids writes */
  assertWritable(what: string): void {
    if (this.config.readOnly === true) throw new Error(`${what} was not written: ztp:panos.readOnly is set`);
  }
}

export const panos: Service<Promise<WorkDirectory>> = {
  name: "PAN-OS Upgrade Manager",
  config: panosConfig,
  problems: ({ baseDir }) =>
    baseDir === undefined
      ? [
          "ztp:panos.baseDir is missing: `pulumi config set --path ztp:panos.baseDir /opt/panos-upgrade`, or set " +
            "ZTP_PANOS_BASE_DIR to the work directory of the daemon",
        ]
      : [],
  async probe(context) {
    const { client } = await workDirectoryOf(context);
    const [{ alive, problem, workers }, { total, pending, active }] = await Promise.all([
      client.daemon.status(context),
      client.jobs.summary(context),
    ]);
    const jobs = `${total} jobs in ${client.baseDir}, ${pending} waiting and ${active} taken.`;
    return alive ? `the daemon runs with ${workers ?? "its"} workers. ${jobs}` : `${problem} ${jobs}`;
  },
  async create(config, { warn }) {
    // Loaded on first use: the plugin answers GetSchema, Check and Diff without any client.
    const { createPanos } = await import("../../clients/panos/panos");
    const { baseDir, fileMode, gid, pollSeconds, daemonStaleAfterSeconds, commandDelivery } = config;
    const client = createPanos({
      baseDir: baseDir as string,
      fileMode: fileMode === undefined ? undefined : Number.parseInt(fileMode as string, 8),
      gid: gid as number | undefined,
      pollIntervalSeconds: pollSeconds as number | undefined,
      daemonStaleAfterSeconds: daemonStaleAfterSeconds as number | undefined,
      commandDelivery: commandDelivery === "stageRename" ? "stage-rename" : "link",
      onWarning: warn,
    });
    return new WorkDirectory(client, config);
  },
};

export function workDirectoryOf(context: Context): Promise<WorkDirectory> {
  return context.use(panos);
}
