import { z } from "zod";
import { defineFunction } from "../../core/resource";
import { field } from "../../core/shape";
import { fortiztp } from "./service";

export const getSystemStatus = defineFunction({
  token: "fortiztp:getSystemStatus",
  doc: "What FortiZTP says about itself; also the cheapest test of the credentials.",
  service: fortiztp,
  inputs: {},
  outputs: {
    serviceName: field(z.string().optional(), { doc: "The name of the service." }),
    serviceRegion: field(z.string().optional(), { doc: "The region of the portal; each keeps its own data." }),
    serviceStatus: field(z.string().optional(), {
      doc: "Operational, Degraded performance, Partial outage or Major outage.",
    }),
    serverTime: field(z.string().optional(), { doc: "The server's time, as it says it." }),
  },
  async run(context) {
    const { fleet } = await context.use(fortiztp);
    return fleet.client.system.get({ signal: context.signal });
  },
});
