/* Sends edits one after the other, each with the version it is meant for; asks every few seconds what others did. */
import { tell } from "../bus.js";
import { _ } from "../i18n.js";
import { draft, forget, reload, state, take } from "./store.js";

const POLL = 3000;
let queue = Promise.resolve();
let waiting = 0;

/** Is an edit on its way? */
export const busy = () => waiting > 0;

async function post(path, body) {
  const answer = await fetch(`${draft.url}${path}`, {
    method: "POST", body: JSON.stringify(body),
    headers: { Accept: "application/json", "Content-Type": "application/json", "If-Match": `"${state.version}"` },
  });
  if (answer.status === 401) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  const told = await answer.json().catch(() => null);
  if (answer.ok) return told;
  throw Object.assign(new Error(told?.error?.message || _("没有保存，请检查网络后再试。")), { status: answer.status, ...told?.error });
}

/** Do one thing to the draft; answers true where it was done. A refusal is told with its place and remedy. */
function send(path, body, words, told = (answer) => answer) {
  waiting += 1;
  tell("studio:saving");
  const begun = performance.now();
  const done = queue.then(async () => {
    try {
      const answer = await post(path, body);
      await take(answer);
      document.documentElement.dataset.editMs = String(Math.round(performance.now() - begun));
      tell("studio:saved", { words: told(answer.words || words) });
      return true;
    } catch (error) {
      if (waiting === 1) forget();
      tell("studio:refused", { error, words });
      if (error.status === 412) await catchUp();
      return false;
    } finally {
      waiting -= 1;
    }
  });
  queue = done.catch(() => false);
  return done;
}

/** One edit: {verb, …}, as gis_app/plans/operations.py names them. */
export const edit = (operation, words) => send("/operations", operation, words);
export const undo = () => send("/undo", {}, _("撤销"), (words) => _("已撤销：%(what)s", { what: words }));
export const redo = () => send("/redo", {}, _("重做"), (words) => _("已重做：%(what)s", { what: words }));

/** Bring what others did meanwhile. */
export async function catchUp() {
  const answer = await fetch(`${draft.url}/changes.json?since=${state.version}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const told = await answer.json();
  if (told.version === state.version && told.remarks_tag === state.remarksTag) return;
  state.remarksTag = told.remarks_tag;
  if (told.version !== state.version) {
    await reload();
    tell("studio:others", { who: told.who, words: told.words });
  }
  tell("studio:remarks");
}

/** Ask again and again, only while somebody looks. */
export function watch() {
  setInterval(() => {
    if (document.visibilityState === "visible" && !busy()) catchUp().catch(() => {});
  }, POLL);
}
