import { defineConfig } from "@playwright/test";

// a browser that is there already; without `executablePath` it is that of `npx playwright install`
export default defineConfig({ use: { launchOptions: { executablePath: process.env.CHROMIUM } } });
