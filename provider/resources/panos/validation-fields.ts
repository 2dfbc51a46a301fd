import { z } from "zod";
import { type Fields, field, object } from "../../core/shape";

const count = (doc: string) => field(z.number().optional(), { doc });
const text = (doc: string) => field(z.string().optional(), { doc });

const route = object(
  "Route",
  {
    destination: text("Where it leads."),
    gateway: text("The next hop."),
    interface: text("The interface."),
  },
  "A route of a device.",
);

const arpEntry = object(
  "ArpEntry",
  { ip: text("The IP address."), mac: text("The MAC address."), interface: text("The interface.") },
  "An entry of the ARP table of a device.",
);

export const metrics = object(
  "Metrics",
  {
    tcpSessions: count("TCP sessions."),
    routeCount: count("Routes."),
    routes: field(z.array(route), { doc: "The routes." }),
    arpCount: count("Entries of the ARP table."),
    arpEntries: field(z.array(arpEntry), { doc: "The entries." }),
    diskAvailableGb: count("Free disk space in gigabytes."),
  },
  "What was measured on a device.",
);

const difference = {
  difference: count("After, less before."),
  withinMargin: field(z.boolean().optional(), { doc: "Whether that is within the daemon's margin." }),
} satisfies Fields;

export const comparison = object(
  "Comparison",
  {
    tcpSessions: field(
      object(
        "SessionComparison",
        { ...difference, percentage: count("The same in percent.") },
        "TCP sessions compared.",
      ),
      { doc: "TCP sessions, by a margin in percent." },
    ),
    routes: field(
      object(
        "RouteComparison",
        {
          ...difference,
          added: field(z.array(route), { doc: "New ones." }),
          removed: field(z.array(route), { doc: "Lost ones." }),
        },
        "Routes compared.",
      ),
      { doc: "Routes, by a margin of their number: as many new ones as lost ones are within it." },
    ),
    arpEntries: field(
      object(
        "ArpComparison",
        {
          ...difference,
          added: field(z.array(arpEntry), { doc: "New ones." }),
          removed: field(z.array(arpEntry), { doc: "Lost ones." }),
        },
        "ARP entries compared.",
      ),
      { doc: "ARP entries, as routes." },
    ),
  },
  "What changed between before and after an upgrade.",
);

export const preFlightFields = {
  serial: field(z.string(), { doc: "The device." }),
  timestamp: text("When it was measured, ISO 8601."),
  metrics: field(metrics, { doc: "What was measured." }),
} satisfies Fields;

export const postFlightFields = {
  serial: field(z.string(), { doc: "The device." }),
  timestamp: text("When it was compared, ISO 8601."),
  preFlight: field(metrics, { doc: "What was measured before." }),
  postFlight: field(metrics, { doc: "What was measured after." }),
  comparison: field(comparison, { doc: "What changed." }),
  validationPassed: field(z.boolean().optional(), { doc: "Whether everything is within its margin." }),
} satisfies Fields;

export const preFlight = object("PreFlight", preFlightFields, "What was measured on a device before its upgrade.");
export const postFlight = object("PostFlight", postFlightFields, "What changed on a device with its upgrade.");
