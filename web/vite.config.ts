import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { uswds_tokens } from "./build/uswds_tokens";

export default defineConfig({
  plugins: [uswds_tokens(), svelte()],
  build: {
    target: "es2022",
    // The server's content security policy allows no data: URLs for fonts and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: ["index.html", "start/index.html", "console/index.html", "kiosk/index.html"],
    },
  },
  server: {
    // `SALLYPORT_URL=http://127.0.0.1:PORT npx vite` works on the pages against a running server.
    proxy: process.env.SALLYPORT_URL
      ? { "/v1": { target: process.env.SALLYPORT_URL, ws: true, changeOrigin: true } }
      : undefined,
  },
});
