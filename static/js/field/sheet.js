/* The one sheet that comes up from below: a dialog with a title, what a module puts into it, and a way out. */
const dialog = document.getElementById("sheet");
const body = document.getElementById("sheet-body");
let closed = null;

/** Show nodes under a title; `onClose` hears when it goes, `name` marks it for the style sheet. */
export function open(title, nodes, { onClose = null, name = "" } = {}) {
  finish();
  document.getElementById("sheet-title").textContent = title;
  body.replaceChildren(...nodes.flat().filter(Boolean));
  dialog.dataset.name = name;
  closed = onClose;
  if (!dialog.open) dialog.showModal();
  body.scrollTop = 0;
}

/** Put other nodes into the open sheet. */
export const fill = (...nodes) => body.replaceChildren(...nodes.flat().filter(Boolean));

/** Is the sheet of that name open? */
export const isOpen = (name) => dialog.open && dialog.dataset.name === name;

/** Close it. */
export function close() {
  if (dialog.open) dialog.close();
}

function finish() {
  const told = closed;
  closed = null;
  told?.();
}

dialog.addEventListener("close", finish);
document.getElementById("sheet-close").addEventListener("click", close);
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-close]")) close();
});
