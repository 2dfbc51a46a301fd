import type { SimReply } from "../../core/http";
import type { ApiFailure } from "../call";

const pages: Record<number, [string, string]> = {
  400: ["Bad Request", "The browser (or proxy) sent a request that this server could not understand."],
  404: [
    "Not Found",
    "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.",
  ],
  405: ["Method Not Allowed", "The method is not allowed for the requested URL."],
  413: ["Request Entity Too Large", "The data value transmitted exceeds the capacity limit."],
  429: ["Too Many Requests", "This user has exceeded an allotted request count. Try again later."],
};

/** A failure of the shipped application: a text of its handlers, or a page of the framework before them. */
export function shippedFailure({ status, message, headers }: ApiFailure, outside: boolean): SimReply {
  if (!outside) return { status, headers, json: { error: message } };
  const [title, text] = pages[status] ?? ["Internal Server Error", "The server encountered an internal error."];
  const page = `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`;
  return { status, headers: { "content-type": "text/html; charset=utf-8", ...headers }, text: page };
}
