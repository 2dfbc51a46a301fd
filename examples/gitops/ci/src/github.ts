/** Where GitHub is and as whom to go there: what Actions sets, and a GITHUB_TOKEN. */
export interface GitHubEnvironment {
  GITHUB_API_URL?: string;
  GITHUB_REPOSITORY?: string;
  GITHUB_TOKEN?: string;
  GITHUB_SERVER_URL?: string;
  GITHUB_RUN_ID?: string;
}

/** A comment or an issue. */
interface Post {
  id: number;
  number: number;
  body?: string | null;
  html_url: string;
  pull_request?: object;
}

const perPage = 100;

/** The few calls that the workflow makes, to one repository. What it posts starts with a marker, by which it is found. */
export class GitHub {
  readonly #url: string;
  readonly #token: string;

  constructor({ GITHUB_API_URL = "https://api.github.com", GITHUB_REPOSITORY, GITHUB_TOKEN }: GitHubEnvironment) {
    if (!GITHUB_REPOSITORY || !GITHUB_TOKEN) throw new Error("GITHUB_REPOSITORY and GITHUB_TOKEN must be set");
    this.#url = `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}`;
    this.#token = GITHUB_TOKEN;
  }

  /** Makes the comment of this marker, or puts the body in place of what it says. Returns its address. */
  async comment(issue: number, marker: string, body: string): Promise<string> {
    const comments = `/issues/${issue}/comments`;
    const existing = await this.#find(comments, marker);
    const text = { body: `${marker}\n${body}` };
    const posted = existing
      ? await this.#call("PATCH", `/issues/comments/${existing.id}`, text)
      : await this.#call("POST", comments, text);
    return (posted as Post).html_url;
  }

  /** Opens an issue, or puts title and body in place of those of the open one of this marker. Returns its address. */
  async openIssue(marker: string, title: string, body: string): Promise<string> {
    const existing = await this.#find("/issues?state=open", marker);
    const text = { title, body: `${marker}\n${body}` };
    const posted = existing
      ? await this.#call("PATCH", `/issues/${existing.number}`, text)
      : await this.#call("POST", "/issues", text);
    return (posted as Post).html_url;
  }

  /** Closes the open issue of this marker with a last word. Returns its address, or undefined when there is none. */
  async closeIssue(marker: string, body: string): Promise<string | undefined> {
    const existing = await this.#find("/issues?state=open", marker);
    if (!existing) return undefined;
    await this.#call("POST", `/issues/${existing.number}/comments`, { body });
    await this.#call("PATCH", `/issues/${existing.number}`, { state: "closed", state_reason: "completed" });
    return existing.html_url;
  }

  async #find(list: string, marker: string): Promise<Post | undefined> {
    for (let page = 1; ; page++) {
      const separator = list.includes("?") ? "&" : "?";
      const posts = (await this.#call("GET", `${list}${separator}per_page=${perPage}&page=${page}`)) as Post[];
      // Pull requests are among the issues.
      const found = posts.find((post) => post.body?.startsWith(marker) && !post.pull_request);
      if (found || posts.length < perPage) return found;
    }
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.#token}`,
        "content-type": "application/json",
        "x-github-api-version": "2022-11-28",
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`GitHub answered ${response.status} to ${method} ${path}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  }
}

/** `, [log](…)` of the run that this is; nothing outside of Actions. */
export function logLink({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: GitHubEnvironment): string {
  return GITHUB_RUN_ID ? `, [log](${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID})` : "";
}
