/* Where the page's modules meet: one EventTarget, so that no module has to know who listens.
   Events: area:hover {code}, area:select {code, level}, station:select {code}, overlay:change {id, params},
   overlay:ready {id}, status:change {codes}, layers:change {shown}, view:change. */
export const bus = new EventTarget();

/** Tell everyone who listens. */
export function tell(name, detail = {}) {
  bus.dispatchEvent(new CustomEvent(name, { detail }));
}

/** Listen; the listener gets the detail. */
export function hear(name, listener) {
  bus.addEventListener(name, (event) => listener(event.detail ?? {}));
}
