import { z } from "zod";
import { jsonBody, type Route, SimFailure } from "../../core/http";
import type { MistSimulator } from "../simulator";

const message = z.strictObject({ channel: z.string().min(1), data: z.unknown() });

/** The part of the control endpoint that is about the WebSocket stream. */
export function streamControl({ hub }: MistSimulator): Route[] {
  return [
    {
      method: "GET",
      path: "/mist/sockets",
      doc: "Open WebSocket connections and their channels",
      handle: () => ({
        status: 200,
        json: hub.connections.map(({ id, owner, openedAt, channels }) => ({
          id,
          owner,
          openedAt,
          channels: [...channels],
        })),
      }),
    },
    {
      method: "DELETE",
      path: "/mist/sockets",
      doc: "Cut every connection; ?code=1001 closes it with that code instead",
      handle({ query }) {
        const code = query.get("code");
        if (code !== null && !/^(1000|1001|1011|1012|1013|[34]\d{3})$/.test(code))
          throw new SimFailure(400, `${code} is no code that a server closes a WebSocket with`);
        hub.closeAll(code === null ? undefined : Number(code));
        return { status: 204 };
      },
    },
    {
      method: "POST",
      path: "/mist/messages",
      doc: 'Send data on a channel, for example {"channel": "/sites/<id>/stats/devices", "data": {"mac": "5c5b35000001"}}',
      handle(request) {
        const { channel, data } = message.parse(jsonBody(request));
        hub.publish(channel, data);
        return { status: 204 };
      },
    },
  ];
}
