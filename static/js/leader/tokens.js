/* Colours of the style sheet for what is drawn without one. */

/** Read a custom property of the style sheet, e.g. token("primary"). */
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || "#888888";
