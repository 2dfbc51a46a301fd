import { Client, credentials } from "@grpc/grpc-js";
import { empty, logRequest } from "./messages";

export type Severity = "info" | "warning" | "error";
/** An engine that does not take messages must not hold up the work. */
const deliveryMs = 2000;
const severities = { info: 1, warning: 2, error: 3 } as const;

/** Messages to the user through the engine, on the row of a resource. Failing to deliver one fails nothing. */
export class Engine {
  private client: Client | undefined;
  private readonly shown = new Map<string, string>();
  /** Rows whose status is on its way. */
  private readonly showing = new Set<string>();
  private readonly underway = new Set<Promise<void>>();

  /** @param address `host:port` of the engine, undefined where there is none: messages then go nowhere */
  constructor(private readonly address: string | undefined) {}

  /** A message that lasts: on the row, under Diagnostics, and in `--json`. */
  async log(severity: Severity, message: string, urn: string | undefined): Promise<void> {
    await this.send({ severity: severities[severity], message, urn: validUrn(urn), ephemeral: false });
  }

  /** A status on the row of a resource, sent only when it changes; an empty text clears it. */
  status(message: string, urn: string | undefined): void {
    const valid = validUrn(urn);
    if (!valid || (this.shown.get(valid) ?? "") === message) return;
    if (message) this.shown.set(valid, message);
    else this.shown.delete(valid);
    if (this.showing.has(valid)) return;
    const showing = this.show(valid).finally(() => this.underway.delete(showing));
    this.underway.add(showing);
  }

  /** One after the other, since the engine may take up two in another order; what is out of date by then is skipped. */
  private async show(urn: string): Promise<void> {
    this.showing.add(urn);
    let sent: string | undefined;
    for (let message = this.shown.get(urn) ?? ""; message !== sent; message = this.shown.get(urn) ?? "") {
      sent = message;
      await this.send({ severity: severities.info, message, urn, ephemeral: true });
    }
    this.showing.delete(urn);
  }

  /** Everything said so far has arrived: to be awaited before a reply, which may be the last before the process ends. */
  async delivered(): Promise<void> {
    await Promise.all(this.underway);
  }

  private send(message: { severity: number; message: string; urn: string; ephemeral: boolean }): Promise<void> {
    if (!this.address) return Promise.resolve();
    this.client ??= new Client(this.address, credentials.createInsecure());
    const client = this.client;
    const sending = new Promise<void>((resolve) => {
      client.makeUnaryRequest(
        "/pulumirpc.Engine/Log",
        (value: Parameters<typeof logRequest.encode>[0]) => logRequest.encode(value),
        // Our own decoder: the cancel hook of the dynamic host listens to the one of google-protobuf.
        (bytes: Buffer) => empty.decode(bytes),
        message,
        { deadline: Date.now() + deliveryMs },
        () => resolve(),
      );
    }).finally(() => this.underway.delete(sending));
    this.underway.add(sending);
    return sending;
  }

  close(): void {
    this.client?.close();
    this.client = undefined;
  }
}

/** The CLI crashes on a malformed URN, so anything doubtful is sent without one. */
export function validUrn(urn: string | undefined): string {
  return urn !== undefined && /^urn:pulumi:[^:]*::[^:]*::.+::.+$/s.test(urn) ? urn : "";
}
