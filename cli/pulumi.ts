import { execFile } from "node:child_process";

export interface PulumiCommand {
  /** The folder of the project. */
  folder: string;
  /** What the command reads from standard input: values that must not stand in a list of processes. */
  input?: string;
  /** Set on top of the environment of this process. */
  env?: NodeJS.ProcessEnv;
}

/** Runs `pulumi ARGS` and answers with what it printed. @throws PulumiError */
export type Pulumi = (args: readonly string[], command: PulumiCommand) => Promise<string>;

/** The Pulumi CLI did not do what it was asked for; the message is what it said. */
export class PulumiError extends Error {
  constructor(
    message: string,
    /** There is nothing to read: no CLI, no project, no login, or no stack that is selected. */
    readonly noStack: boolean,
    /** How it ended and what it printed until then, if it was started. */
    readonly result?: { code: number; stdout: string },
  ) {
    super(message);
  }
}

const noStack = /no stack selected|no Pulumi\.yaml project file|PULUMI_ACCESS_TOKEN|must be logged in|pulumi login/i;

/** The Pulumi CLI on the PATH. */
export const runPulumi: Pulumi = (args, { folder, input = "", env }) =>
  new Promise((resolve, reject) => {
    const options = { cwd: folder, env: { ...process.env, ...env }, maxBuffer: Number.POSITIVE_INFINITY };
    const child = execFile("pulumi", [...args, "--non-interactive"], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if (error.code === "ENOENT") return reject(new PulumiError("there is no `pulumi` on the PATH", true));
      const words = stderr.trim().replace(/^error: /gm, "") || `\`pulumi ${args[0]}\` failed`;
      const code = typeof error.code === "number" ? error.code : 1;
      reject(new PulumiError(words, noStack.test(words), { code, stdout }));
    });
    // A command that ends without reading its input says itself why.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
