import { z } from "zod";
import { defineConfig } from "../core/config";
import type { Service } from "../core/resource";
import { field } from "../core/shape";

/** Where the record of the calls made outlives a run. */
export interface BudgetPlace {
  redisUrl?: string;
}

export const budgetConfig = defineConfig({
  name: "budget",
  doc: "Where the calls made are counted, so that the runs of an hour keep the vendor's limits together.",
  identity: [],
  fields: {
    redisUrl: field(z.string().optional(), {
      secret: true,
      doc:
        "A Redis in which machines that share an account count together, such as rediss://user:password@host:6379/0; " +
        "needs the package ioredis. Default: a file of this user on this machine.",
    }),
  },
});

/** The place of one provider configuration. */
export const budget: Service<BudgetPlace> = {
  name: "budget",
  config: budgetConfig,
  create: ({ redisUrl }) => (typeof redisUrl === "string" && redisUrl !== "" ? { redisUrl } : {}),
  problems: ({ redisUrl }) => (redisUrl ? problemsOf(String(redisUrl)) : []),
};

/** Told without the URL, which may hold a password. */
function problemsOf(url: string): string[] {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: "", hostname: "" };
  if (/^rediss?:$/.test(protocol) && hostname) return [];
  return [
    "ztp:budget.redisUrl must be a URL such as redis://host:6379, or rediss://user:password@host:6379/0 with TLS",
  ];
}
