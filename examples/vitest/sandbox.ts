import createClient, { type Client } from "openapi-fetch";
import { inject, test as base } from "vitest";
import type { components, paths } from "./api";

type Fault = components["schemas"]["Fault"];
type Exchange = { operation: string | null; method: string; path: string; faults: Fault[] };
type Sandbox = { name: string; url: string };

const token = process.env.COMMON_APIS_ADMIN_TOKEN; // of a mock that demands one, such as in another container

/** What the control plane answers; an exception says why it refused. */
export async function control<Answer>(method: string, path: string, sent?: object): Promise<Answer> {
  const headers = { "Content-Type": "application/json", ...(token && { "X-Mock-Admin-Token": token }) };
  const body = sent && JSON.stringify(sent);
  const answer = await fetch(`${inject("mock")}/_mock/sandboxes${path}`, { method, headers, body });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return (answer.status === 204 ? undefined : await answer.json()) as Answer;
}

const told = ({ operation, method, path, faults }: Exchange) =>
  faults.map(({ pointer, parameter, code, detail }) => {
    const place = [operation ?? `${method} ${path}`, pointer ?? parameter].filter(Boolean).join(" ");
    return `${place}: ${detail} [${code}]`;
  });

/** Each test has a sandbox whose clock stands still, a client of it, and fails if it breaks the contract. */
export const test = base.extend<{ api: Client<paths>; sandbox: Sandbox; violations: "refused" | "allowed" }>({
  violations: "refused", // test.override({ violations: "allowed" }) for tests that mean it
  sandbox: async ({ violations }, use) => {
    const { name } = await control<Sandbox>("POST", "", { now: "2031-03-04T09:30:00-08:00" });
    await use({ name, url: `${inject("mock")}/s/${name}` });
    const { requests } = await control<{ requests: Exchange[] }>("GET", `/${name}/requests?violations=true`);
    const { forgotten } = await control<{ forgotten: number }>("GET", `/${name}/requests/count`);
    const meant = violations === "allowed";
    if (meant || !process.env.CI) await control("DELETE", `/${name}`); // CI reads others: `common-apis check`
    if (requests.length && !meant)
      throw new Error(["The program broke the contract.", ...requests.flatMap(told)].join("\n"));
    if (forgotten && !meant)
      throw new Error(`The program asked too much: the mock has forgotten ${forgotten} requests: nobody can judge them.`);
  },
  api: async ({ sandbox }, use) => use(createClient<paths>({ baseUrl: sandbox.url })),
});
