import { defineConfig } from "orval";
import contract from "./contract";

export default defineConfig({
  client: {
    input: { target: contract },
    output: { client: "fetch", target: "generated/orval/client.ts", baseUrl: { getBaseUrlFromSpecification: true } },
  },
  zod: {
    input: { target: contract },
    output: {
      client: "zod",
      target: "generated/orval/zod.ts",
      override: { zod: { dateTimeOptions: { offset: true }, strict: { body: true } } },
    },
  },
});
