import { expect, test as base } from "@playwright/test";

export { expect };

type Fault = { pointer?: string; parameter?: string; code: string; detail: string };
type Exchange = { operation: string | null; method: string; path: string; faults: Fault[] };

const told = ({ operation, method, path, faults }: Exchange) =>
  faults.map(({ pointer, parameter, code, detail }) => {
    const place = [operation ?? `${method} ${path}`, pointer ?? parameter].filter(Boolean).join(" ");
    return `${place}: ${detail} [${code}]`;
  });

const token = process.env.COMMON_APIS_ADMIN_TOKEN; // of a mock that demands one, such as in another container
const admin = token ? { "X-Mock-Admin-Token": token } : undefined;

export const test = base.extend<{ sandbox: string; violations: "refused" | "allowed" }>({
  violations: ["refused", { option: true }], // test.use({ violations: "allowed" }) for tests that mean it
  request: async ({ baseURL, playwright }, use) => {
    const request = await playwright.request.newContext({ baseURL, extraHTTPHeaders: admin });
    await use(request);
    await request.dispose();
  },
  sandbox: async ({ request: mock, violations }, use, { testId, workerIndex }) => {
    const name = `worker-${workerIndex}-${testId}`;
    await mock.delete(`/_mock/sandboxes/${name}`); // a run that was killed may have left it
    const made = await mock.post("/_mock/sandboxes", { data: { name, now: "2031-03-04T09:30:00-08:00" } });
    await expect(made).toBeOK();
    await use(name);
    const asked = async (what: string) => (await mock.get(`/_mock/sandboxes/${name}/requests${what}`)).json();
    const { requests } = (await asked("?violations=true")) as { requests: Exchange[] };
    const { forgotten } = (await asked("/count")) as { forgotten: number };
    const meant = violations === "allowed";
    if (meant || !process.env.CI) await mock.delete(`/_mock/sandboxes/${name}`); // CI reads others: `common-apis check`
    if (requests.length && !meant)
      throw new Error(["The page broke the contract.", ...requests.flatMap(told)].join("\n"));
    if (forgotten && !meant)
      throw new Error(`The page asked too much: the mock has forgotten ${forgotten} requests: nobody can judge them.`);
  },
  context: async ({ baseURL, context, sandbox }, use) => {
    await context.addCookies([{ name: "mock_sandbox", value: sandbox, url: baseURL }]);
    await use(context);
  },
});
