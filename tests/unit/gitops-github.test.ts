import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GitHub, logLink } from "../../examples/gitops/ci/src/github";
import { FakeGitHub } from "./gitops-support";

const marker = "<!-- fleet preview emea -->";

describe("what the workflow of examples/gitops posts on GitHub", () => {
  let fake: FakeGitHub;
  let github: GitHub;

  beforeEach(async () => {
    fake = await FakeGitHub.start();
    github = new GitHub(fake.environment);
  });
  afterEach(() => fake.close());

  test("is one comment a marker, which the next run replaces", async () => {
    fake.addComment(7, `I quote ${marker}`);
    const made = await github.comment(7, marker, "first");
    const other = await github.comment(7, "<!-- fleet preview amer -->", "other");
    expect(await github.comment(7, marker, "second")).toBe(made);
    expect(made).not.toBe(other);
    expect(fake.comments.get(7)?.map(({ body }) => body)).toEqual([
      `I quote ${marker}`,
      `${marker}\nsecond`,
      "<!-- fleet preview amer -->\nother",
    ]);
  });

  test("is found among hundreds of comments", async () => {
    for (let index = 0; index < 250; index++) fake.addComment(7, `comment ${index}`);
    await github.comment(7, marker, "first");
    await github.comment(7, marker, "second");
    expect(fake.comments.get(7)).toHaveLength(251);
    expect(fake.comments.get(7)?.at(-1)?.body).toBe(`${marker}\nsecond`);
  });

  test("is one open issue a marker; a pull request or a closed issue of the same text is none", async () => {
    fake.addIssue({ title: "A pull request", body: `${marker}\nquoted`, pull_request: {} });
    fake.addIssue({ title: "Drift of last year", body: `${marker}\nold` }).state = "closed";
    const opened = await github.openIssue(marker, "Drift in emea", "one device");
    expect(await github.openIssue(marker, "Drift in emea", "two devices")).toBe(opened);
    expect(fake.issues).toHaveLength(3);
    expect(fake.issues.at(-1)).toMatchObject({ title: "Drift in emea", body: `${marker}\ntwo devices`, state: "open" });
  });

  test("closes the issue with a last word, and has nothing to close afterwards", async () => {
    const opened = await github.openIssue(marker, "Drift in emea", "one device");
    expect(await github.closeIssue(marker, "all is well")).toBe(opened);
    const [issue] = fake.issues;
    expect(issue?.state).toBe("closed");
    expect(fake.comments.get(issue?.number ?? 0)?.map(({ body }) => body)).toEqual(["all is well"]);
    expect(await github.closeIssue(marker, "all is well")).toBeUndefined();
  });

  test("fails with GitHub's own words", async () => {
    const stranger = new GitHub({ ...fake.environment, GITHUB_TOKEN: "wrong" });
    await expect(stranger.comment(7, marker, "text")).rejects.toThrow(
      /^GitHub answered 401 to GET \/issues\/7\/comments\?.*Bad credentials/,
    );
    await expect(github.comment(7, marker, "x".repeat(70_000))).rejects.toThrow(/422 to POST .*too long/);
  });

  test("needs to know where and as whom", () => {
    expect(() => new GitHub({ GITHUB_REPOSITORY: "acme/fleet" })).toThrow("GITHUB_REPOSITORY and GITHUB_TOKEN");
    expect(logLink({})).toBe("");
    expect(logLink(fake.environment)).toBe(", [log](https://github.example/acme/fleet/actions/runs/17)");
  });
});
