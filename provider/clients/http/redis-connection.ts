import { createRequire } from "node:module";
import { join } from "node:path";
import { LedgerUnavailable } from "./ledger";

type Redis = import("ioredis").Redis;

/** How long a server is waited for. */
export interface Patience {
  /** How often a connection is tried anew, with up to 2 s in between. Default 5: 5 s if the server refuses. */
  reconnects?: number;
  /** For an answer, in milliseconds; also for one that waits for a connection. Default 15,000. */
  answerMs?: number;
}

const hint =
  "Once Redis can be used again, run again. To go on without the shared budget, unset ztp:budget.redisUrl " +
  "(ZTP_BUDGET_REDIS_URL): calls of other machines are then not counted.";

/** One connection to Redis, made on first use. Failures are final: a run in which every call waits for a dead server is worse. */
export class RedisConnection {
  private connected: Promise<Redis> | undefined;
  private redis: Redis | undefined;
  private running = 0;
  private cause: string | undefined;
  private failed: LedgerUnavailable | undefined;

  constructor(
    private readonly url: string,
    private readonly patience: Patience = {},
  ) {}

  /** Runs a script as a whole. Rejects with `LedgerUnavailable`, whose text holds no credential. */
  async run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    if (this.failed) throw this.failed;
    this.connected ??= this.connect();
    this.running++;
    try {
      const redis = await this.connected;
      // It was lost while nobody needed it.
      if (redis.status === "end") void redis.connect().catch(() => {});
      redis.stream?.ref?.();
      return await redis.eval(script, keys.length, ...keys, ...args);
    } catch (error) {
      this.failed ??= this.failure(error);
      this.close();
      throw this.failed;
    } finally {
      if (--this.running === 0) this.rest();
    }
  }

  /** Ends it without waiting for answers. */
  close(): void {
    this.redis?.disconnect();
  }

  private async connect(): Promise<Redis> {
    const { Redis } = await loadClient();
    const { reconnects = 5, answerMs = 15_000 } = this.patience;
    const redis = new Redis(this.url, {
      connectTimeout: 5_000,
      commandTimeout: answerMs,
      // A command waits for as long as there are reconnects.
      maxRetriesPerRequest: null,
      retryStrategy: (times) => (times > reconnects ? null : Math.min(100 * 2 ** times, 2_000)),
    });
    redis.on("error", (error: Error) => {
      this.cause = error.message || (error as NodeJS.ErrnoException).code;
    });
    redis.on("connect", () => this.running === 0 && this.rest());
    this.redis = redis;
    return redis;
  }

  /** An idle connection must not keep a command of ours from ending. */
  private rest(): void {
    this.redis?.stream?.unref?.();
  }

  private failure(error: unknown): LedgerUnavailable {
    if (error instanceof LedgerUnavailable) return error;
    const { message } = error as Error;
    const reason = message === "Connection is closed." ? (this.cause ?? message) : message;
    return new LedgerUnavailable(
      `the shared call budget in Redis at ${placeOf(this.url)} cannot be used: ${this.withoutPassword(reason)}`,
      hint,
    );
  }

  private withoutPassword(text: string): string {
    const { password } = new URL(this.url);
    // As it stands in the URL, and as the client decodes it.
    const forms = [password, decoded(password)].filter(Boolean);
    return forms.reduce((rest, form) => rest.replaceAll(form, "***"), text);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Host and port. */
function placeOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || 6379}`;
}

/** An optional dependency: of the project, which may not be where we are installed. */
async function loadClient(): Promise<typeof import("ioredis")> {
  try {
    return await import("ioredis");
  } catch (error) {
    if (!/^(ERR_)?MODULE_NOT_FOUND$/.test((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  try {
    return createRequire(join(process.cwd(), "package.json"))("ioredis");
  } catch {
    throw new LedgerUnavailable(
      "ztp:budget.redisUrl is set, but the package ioredis is not installed",
      "Run `npm install ioredis` in the project. To go on without the shared budget, unset ztp:budget.redisUrl (ZTP_BUDGET_REDIS_URL).",
    );
  }
}
