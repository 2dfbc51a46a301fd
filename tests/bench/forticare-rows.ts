import type { Row } from "./rows";
import { pageSize, productSets, type Sizes, windowScale } from "./sizes";

/** Products that are registered. */
export function forticareRows(sizes: Sizes): Row[] {
  return [...registration(sizes), ...refreshes(sizes), ...shorterWindows(sizes)];
}

const vendorLimits = { minute: 100, hour: 1_000 };

function registration({ products }: Sizes): Row[] {
  const pages = pagesOf(products);
  const count = products.toLocaleString("en");
  const up = `up of ${count} new Product in an account of ${count} others`;
  const upOfSet = `up of one ProductSet of ${count} new products in an account of ${count} others`;
  const allCalls = `all FortiCare calls, ${inWords(pages)} of one sweep among them`;
  const oneAtATime = "baseline: list, register, folder and description of one product after the other";
  return [
    {
      name: `${up}: FortiCare register calls`,
      unit: "calls",
      needs: ["product"],
      ours: ({ product }) => product?.up.registerCalls,
      bar: Math.ceil(products * 0.12),
    },
    {
      name: `${up}: ${allCalls} (${oneAtATime})`,
      unit: "calls",
      needs: ["product", "oneAtATime"],
      ours: ({ product }) => product?.up.calls,
      baseline: (round) => round.oneAtATime?.calls,
      bar: Math.ceil(products * 0.12) + pages,
    },
    {
      name: `${up}: hours within the vendor's limits (${oneAtATime}, which uses the limits to the full)`,
      unit: "h",
      needs: ["product", "oneAtATime"],
      ours: ({ product }) => product && product.up.seconds / 3600,
      baseline: (round) => round.oneAtATime?.hours,
    },
    {
      name: `${upOfSet}: FortiCare register calls`,
      unit: "calls",
      needs: ["productSet"],
      ours: ({ productSet }) => productSet?.up.registerCalls,
      bar: Math.ceil(products / 10),
    },
    {
      name: `${upOfSet}: ${allCalls} (baseline: one Product each)`,
      unit: "calls",
      needs: ["productSet", "product"],
      ours: ({ productSet }) => productSet?.up.calls,
      baseline: ({ product }) => product?.up.calls,
      bar: Math.ceil(products / 10) + pages,
    },
    {
      name: `${upOfSet}: time (baseline: one Product each)`,
      unit: "s",
      needs: ["productSet", "product"],
      ours: ({ productSet }) => productSet?.up.seconds,
      baseline: ({ product }) => product?.up.seconds,
    },
  ];
}

function refreshes({ products }: Sizes): Row[] {
  const count = products.toLocaleString("en");
  const all = (2 * products).toLocaleString("en");
  const pages = pagesOf(2 * products);
  const calls = `of the ${all} in the account: FortiCare calls, ${inWords(pages)} of one sweep`;
  return [
    {
      name: `refresh of ${count} Product ${calls}`,
      unit: "calls",
      needs: ["product"],
      ours: ({ product }) => product?.refresh.calls,
      bar: pages,
    },
    {
      name: `refresh of one ProductSet of ${count} products ${calls}`,
      unit: "calls",
      needs: ["productSet"],
      ours: ({ productSet }) => productSet?.refresh.calls,
      bar: pages,
    },
  ];
}

function shorterWindows({ scaled, describedAnew }: Sizes): Row[] {
  const what =
    `${scaled.toLocaleString("en")} products in ${productSets} ProductSets registered, refreshed and moved, ` +
    `${describedAnew.toLocaleString("en")} described anew, with all windows ${windowScale} times shorter`;
  return [
    {
      name: `${what}: FortiCare calls refused for a limit (429)`,
      unit: "calls",
      needs: ["scaled"],
      ours: (round) => round.scaled?.throttled,
      bar: 0,
    },
    {
      name: `${what}: FortiCare calls that failed otherwise`,
      unit: "calls",
      needs: ["scaled"],
      ours: (round) => round.scaled?.failed,
      bar: 0,
    },
    {
      name: `${what}: most calls in one of the vendor's minutes`,
      unit: "calls",
      needs: ["scaled"],
      ours: (round) => round.scaled?.mostInMinute,
      bar: vendorLimits.minute,
    },
    {
      name: `${what}: most calls in one of the vendor's hours`,
      unit: "calls",
      needs: ["scaled"],
      ours: (round) => round.scaled?.mostInHour,
      bar: vendorLimits.hour,
    },
    {
      name: `${what}: waits for our own limits that the user was told of`,
      unit: "waits",
      needs: ["scaled"],
      ours: (round) => round.scaled?.waits,
    },
    {
      name: `${what}: FortiCare calls`,
      unit: "calls",
      needs: ["scaled"],
      ours: (round) => round.scaled?.calls,
    },
    {
      name: `${what}: time`,
      unit: "s",
      needs: ["scaled"],
      ours: (round) => round.scaled?.seconds,
    },
  ];
}

function pagesOf(products: number): number {
  return Math.ceil(products / pageSize);
}

function inWords(pages: number): string {
  return pages === 1 ? "the page" : `the ${pages} pages`;
}
