import { createRedactor } from "../../provider/clients/http/redact";
import { MistStream } from "../../provider/clients/mist/stream";

/** Listens to a channel and goes on doing so, but has nothing else to do: a process that the stream must not keep alive. */
const [baseUrl = "", authorization = "", channel = ""] = process.argv.slice(2);
const authorizer = { authorize: async () => ({ authorization }), refused: () => false };
const stream = new MistStream({ baseUrl, authorizer, redactor: createRedactor() });
stream.listen(channel, () => {});
const looking = setInterval(() => {
  if (!stream.hears(channel)) return;
  clearInterval(looking);
  process.stdout.write("hears\n");
}, 5);
