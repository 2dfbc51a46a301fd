import { expect, test } from "vitest";
import { Services } from "../../provider/core/services";
import { configurationResolver } from "../../provider/hosts/configuration";
import { budget } from "../../provider/resources/budget";

function services(args: Parameters<typeof configurationResolver>[0], environment: NodeJS.ProcessEnv = {}): Services {
  return new Services(configurationResolver(args, true, environment), () => {});
}

const url = "rediss://ci:hush@redis.example:6380/2";

test("the shared budget is where the configuration says, or the environment, or in a file", () => {
  expect(services({ budget: { redisUrl: url } }).use(budget)).toEqual({ redisUrl: url });
  expect(services({}, { ZTP_BUDGET_REDIS_URL: url }).use(budget)).toEqual({ redisUrl: url });
  expect(services({}).use(budget)).toEqual({});
});

test.each(["redis.example:6379", "https://hush@redis.example", "redis://", "hush"])(
  "what is no address of a Redis is refused, without showing it",
  (redisUrl) => {
    expect(services({ budget: { redisUrl } }).problems(budget)).toEqual([
      "ztp:budget.redisUrl must be a URL such as redis://host:6379, or rediss://user:password@host:6379/0 with TLS",
    ]);
  },
);
