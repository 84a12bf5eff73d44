/** Imports one thing and says how long that took and what CPU the process has taken, in milliseconds, or how many files were loaded for it. */
const [mode, specifier] = process.argv.slice(2);

if (mode === "files") {
  const { Session } = await import("node:inspector");
  const session = new Session();
  const files = new Set();
  session.connect();
  session.on("Debugger.scriptParsed", ({ params: { url } }) => files.add(url));
  session.post("Debugger.enable");
  files.clear();
  await import(specifier);
  process.stdout.write(String([...files].filter((url) => url.startsWith("file:")).length));
} else {
  const start = performance.now();
  await import(specifier === "" ? "./empty.mjs" : specifier);
  const took = performance.now() - start;
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${took} ${(user + system) / 1000}`);
}
// Whatever else the import began is not waited for.
process.exit();
