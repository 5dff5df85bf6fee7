/* Being written. */
export function start() {}
