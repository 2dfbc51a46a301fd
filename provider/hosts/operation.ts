import type { Ownership } from "../core/ownership";
import type { Context, Service } from "../core/resource";
import type { Services } from "../core/services";
import type { Engine } from "./engine";

export interface OperationOptions {
  urn: string | undefined;
  services: Services;
  /** Default: no program runs. */
  ownership?: Ownership;
  engine: Engine;
  /** Fires when the user cancels the run. */
  cancel: AbortSignal;
  /** The user's own limit from `customTimeouts`, in seconds; 0 for none. The engine hands it over but does not enforce it. */
  timeoutSeconds?: number;
}

/** Runs one verb with a context that ends with it: the timer is cleared and the status text taken away. */
export async function runOperation<T>(options: OperationOptions, verb: (context: Context) => Promise<T>): Promise<T> {
  const { urn, services, ownership, engine, cancel, timeoutSeconds = 0 } = options;
  const limit = new AbortController();
  const timer =
    timeoutSeconds > 0
      ? setTimeout(() => limit.abort(timeoutError(timeoutSeconds)), Math.min(timeoutSeconds * 1000, 2 ** 31 - 1))
      : undefined;
  const context: Context = {
    urn,
    signal: timer ? AbortSignal.any([cancel, limit.signal]) : cancel,
    use: <S>(service: Service<S>) => services.use(service),
    ownerOf: (thing) => ownership?.ownerOf(thing),
    progress: (message) => engine.status(message, urn),
    warn: (message) => void engine.log("warning", message, urn),
  };
  try {
    context.signal.throwIfAborted();
    return await verb(context);
  } finally {
    clearTimeout(timer);
    engine.status("", urn);
    await engine.delivered();
  }
}

function timeoutError(seconds: number): Error {
  return new Error(
    `the custom timeout of ${seconds} s is over; raise \`customTimeouts\` or run \`pulumi up\` again to continue`,
  );
}

export function cancelError(): Error {
  return new Error("interrupted; run `pulumi up` again to continue");
}
