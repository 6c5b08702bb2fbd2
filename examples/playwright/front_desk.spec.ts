import { test as base } from "@playwright/test";

import { expect, test as own } from "./sandbox";

const test = process.env.ONE_WORLD ? base : own;

test.beforeEach(({ page }) => page.goto("/"));

test("a patient gets another name, and has nothing left to do", async ({ page }) => {
  const name = page.getByRole("heading");
  const task = page.locator("#task");
  await expect(name).toHaveText("Maya Ellery");
  await expect(task).toHaveText("weekly_check_in");
  await page.getByLabel("First name").fill("Ingrid");
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(name).toHaveText("Ingrid Ellery");
  await expect(task).toHaveText("Nothing to do");
});

test("a visit has the same id and time in every run, and a number that is taken once", async ({ page }) => {
  const visit = page.locator("#visit");
  const book = page.getByRole("button", { name: "Book a visit" });
  await book.click();
  await expect(visit).toHaveText(
    "5b5fd534-847c-52d4-8b99-22fe7dc84e7b at 2031-03-04T17:30:00.000000+00:00, FD-1 is its number",
  );
  await book.click();
  await expect(visit).toHaveText(/FD-1 is taken$/);
});
