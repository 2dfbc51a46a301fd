import { createRedactor } from "../../provider/clients/http/redact";
import { SocketEvents } from "../../provider/clients/hwautomation/events";

/** Waits for events and goes on doing so, but has nothing else to do: a process that they must not keep alive. */
const [baseUrl = ""] = process.argv.slice(2);
const onWarning = (message: string) => void process.stdout.write(`${message}\n`);
const events = new SocketEvents({
  baseUrl,
  authorizer: undefined,
  connection: {},
  redactor: createRedactor(),
  onWarning,
});
const looking = setInterval(() => {
  if (!events.wake(new Set(["w1"]), new AbortController().signal)) return;
  clearInterval(looking);
  process.stdout.write("listens\n");
}, 5);
