import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { findProjectRoot } from "../../tools/toolchain";

/** The fleet repository of the examples. */
export const gitops = join(findProjectRoot(), "examples", "gitops");

interface Comment {
  id: number;
  body: string;
  html_url: string;
}

interface Issue {
  number: number;
  title: string;
  body: string;
  state: string;
  html_url: string;
  pull_request?: object;
}

interface Sent {
  title?: string;
  body?: string;
  state?: string;
}

/** As much of GitHub's API as the workflow needs, for the repository acme/fleet. */
export class FakeGitHub {
  readonly token = "token-of-the-run";
  /** Method and path of every request. */
  readonly requests: string[] = [];
  readonly issues: Issue[] = [];
  /** By the number of the issue or pull request. */
  readonly comments = new Map<number, Comment[]>();
  readonly #server: Server;
  #ids = 0;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const [status, answer] = await this.#answer(request);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  }

  static async start(): Promise<FakeGitHub> {
    const github = new FakeGitHub();
    await new Promise<void>((resolve) => github.#server.listen(0, "127.0.0.1", resolve));
    return github;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** What Actions sets, with the token that the workflow hands over. */
  get environment(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      GITHUB_REPOSITORY: "acme/fleet",
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_RUN_ID: "17",
      GITHUB_TOKEN: this.token,
    };
  }

  /** Puts a comment of somebody else on an issue or pull request. */
  addComment(issue: number, body: string): Comment {
    const id = ++this.#ids;
    const comment = { id, body, html_url: `https://github.example/acme/fleet/pull/${issue}#${id}` };
    this.comments.set(issue, [...(this.comments.get(issue) ?? []), comment]);
    return comment;
  }

  addIssue(issue: { title: string; body: string; pull_request?: object }): Issue {
    const number = ++this.#ids;
    const added = { ...issue, number, state: "open", html_url: `https://github.example/acme/fleet/issues/${number}` };
    this.issues.push(added);
    return added;
  }

  async #answer(request: IncomingMessage): Promise<[number, unknown]> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const path = pathname.replace("/repos/acme/fleet", "");
    const route = `${request.method} ${path}`;
    this.requests.push(route);
    let text = "";
    for await (const chunk of request) text += chunk;
    const sent = (text ? JSON.parse(text) : {}) as Sent;
    if (request.headers.authorization !== `Bearer ${this.token}`) return [401, { message: "Bad credentials" }];
    if ((sent.body?.length ?? 0) > 65_536) return [422, { message: "body is too long (maximum is 65536 characters)" }];
    const number = Number(/\d+/.exec(path)?.[0]);
    const page = (items: unknown[]): [number, unknown] => {
      const [size, index] = [Number(searchParams.get("per_page")), Number(searchParams.get("page"))];
      return [200, items.slice(size * (index - 1), size * index)];
    };
    if (/^GET \/issues\/\d+\/comments$/.test(route)) return page(this.comments.get(number) ?? []);
    if (/^POST \/issues\/\d+\/comments$/.test(route)) return [201, this.addComment(number, sent.body ?? "")];
    if (/^PATCH \/issues\/comments\/\d+$/.test(route)) {
      const comment = [...this.comments.values()].flat().find(({ id }) => id === number);
      return comment ? [200, Object.assign(comment, sent)] : [404, { message: "Not Found" }];
    }
    if (route === "GET /issues") return page(this.issues.filter(({ state }) => state === searchParams.get("state")));
    if (route === "POST /issues") return [201, this.addIssue({ title: sent.title ?? "", body: sent.body ?? "" })];
    if (/^PATCH \/issues\/\d+$/.test(route)) {
      const issue = this.issues.find((candidate) => candidate.number === number);
      return issue ? [200, Object.assign(issue, sent)] : [404, { message: "Not Found" }];
    }
    return [404, { message: "Not Found" }];
  }
}
