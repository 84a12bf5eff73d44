export { type BrowserOptions, canOpenBrowser, openBrowser } from "./browser.js";
export { LOGIN_TIMEOUT_MS, type LoopbackLoginOptions, login } from "./login.js";
export { DEFAULT_REDIRECT_URI, type Ports } from "./loopback.js";
export { PASTE_TIMEOUT_MS, type PasteLoginOptions, pasteLogin } from "./paste-login.js";
