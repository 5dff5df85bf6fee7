/* The map page's entry: what first.js draws comes first, alone; then the overlay's module, and when that is there, or is
   slow to come, the rest of the page. */
const PATIENCE = 1500;
const soon = (work) => Promise.race([work, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);

await soon(window.gisFirst?.done);
document.head.append(document.getElementById("modules").content);
const header = import("./header.js");
const overlays = await import("./overlays.js");
await soon(overlays.start());
await header;
const rest = await import("./rest.js");
await rest.start();
