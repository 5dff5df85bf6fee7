/* The map page's entry: the overlay first, with the areas it colours and nothing else; when it is seen, or is slow to
   come, the rest of the page. */
import * as overlays from "./overlays.js";

const PATIENCE = 1500;

await Promise.race([overlays.start(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
const rest = await import("./rest.js");
await rest.start();
