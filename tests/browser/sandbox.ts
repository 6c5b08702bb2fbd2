import { expect, test as base } from "@playwright/test";

export { expect };

export const test = base.extend<{ sandbox: string }>({
  sandbox: async ({ baseURL, playwright }, use, { testId, workerIndex }) => {
    const name = `worker-${workerIndex}-${testId}`;
    const mock = await playwright.request.newContext({ baseURL });
    await mock.delete(`/_mock/sandboxes/${name}`); // a run that was killed may have left it
    const made = await mock.post("/_mock/sandboxes", { data: { name, now: "2031-03-04T09:30:00-08:00" } });
    await expect(made).toBeOK();
    await use(name);
    await mock.delete(`/_mock/sandboxes/${name}`);
    await mock.dispose();
  },
  context: async ({ baseURL, context, sandbox }, use) => {
    await context.addCookies([{ name: "mock_sandbox", value: sandbox, url: baseURL }]);
    await use(context);
  },
});
