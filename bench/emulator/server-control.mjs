/** Lets the measuring process ask a server's process; what it spent is counted from the last time that it was asked. */
export function answerControl(commands) {
  let before = process.cpuUsage();
  process.on("message", async ({ name, ...rest }) => {
    if (name === "spent") {
      const { user, system } = process.cpuUsage(before);
      before = process.cpuUsage();
      process.send({ microseconds: user + system });
    } else {
      process.send({ value: (await commands[name](rest)) ?? null });
    }
  });
  process.on("disconnect", () => process.exit());
  process.send("ready");
}
