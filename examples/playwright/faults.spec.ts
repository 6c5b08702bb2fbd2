import type { APIRequestContext } from "@playwright/test";

import { expect, test } from "./sandbox";

async function steer(request: APIRequestContext, sandbox: string, path: string, data: object) {
  const method = path === "clock" ? "PUT" : "POST";
  await expect(await request.fetch(`/_mock/sandboxes/${sandbox}/${path}`, { method, data })).toBeOK();
}

test.beforeEach(async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading")).toHaveText("Maya Ellery");
  await page.getByLabel("First name").fill("Ingrid");
});

test("503: the page says when to try again", async ({ page, request, sandbox }) => {
  const rule = { operation: "patients_update", times: 1, status: 503, retry_after: 7 };
  await steer(request, sandbox, "faults", rule);
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.locator("#notice")).toHaveText("Try again in 7 seconds");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("heading")).toHaveText("Ingrid Ellery");
});

test("slow: the page says that it waits", async ({ page, request, sandbox }) => {
  await steer(request, sandbox, "faults", { operation: "patients_update", times: 1, delay: { seconds: 2 } });
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.locator("#notice")).toHaveText("One moment");
  await expect(page.getByRole("heading")).toHaveText("Ingrid Ellery");
  await expect(page.locator("#notice")).toHaveText("");
});

test("dropped: nothing was saved", async ({ page, request, sandbox }) => {
  await steer(request, sandbox, "faults", { operation: "patients_update", network: "reset" });
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.locator("#notice")).toHaveText("The connection was lost");
  await request.delete(`/_mock/sandboxes/${sandbox}/faults`);
  await page.reload();
  await expect(page.getByRole("heading")).toHaveText("Maya Ellery");
});

test("half a body: it was saved all the same", async ({ page, request, sandbox }) => {
  await steer(request, sandbox, "faults", { operation: "patients_update", times: 1, network: "half_body" });
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.locator("#notice")).toHaveText("The connection was lost");
  await page.reload();
  await expect(page.getByRole("heading")).toHaveText("Ingrid Ellery");
});

test("409: the page says that the number is taken", async ({ page, request, sandbox }) => {
  await steer(request, sandbox, "faults", { operation: "external_ids_create", status: 409 });
  await page.getByRole("button", { name: "Book a visit" }).click();
  await expect(page.locator("#visit")).toHaveText(/FD-1 is taken$/);
});

test("clock: a visit is booked a week later", async ({ page, request, sandbox }) => {
  await steer(request, sandbox, "clock", { now: "2031-12-30T12:00:00Z", frozen: true });
  await steer(request, sandbox, "clock/advance", { seconds: 7 * 24 * 60 * 60 });
  await page.getByRole("button", { name: "Book a visit" }).click();
  await expect(page.locator("#visit")).toHaveText(/ at 2032-01-06T12:00:00.000000\+00:00, /);
});
