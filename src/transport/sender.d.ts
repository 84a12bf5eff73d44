/** One of two files, by the conditions in package.json; here by its sources, since what is built may be older. */
declare module "#sender" {
  export const defaultSender: typeof import("./fetch-sender.js").defaultSender;
}
