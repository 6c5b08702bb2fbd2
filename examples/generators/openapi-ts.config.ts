import { defineConfig } from "@hey-api/openapi-ts";
import contract from "./contract";

export default defineConfig({
  input: contract,
  output: "generated/hey-api",
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk", { name: "zod", dates: { offset: true } }],
});
