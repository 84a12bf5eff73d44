import { describe, expect, test } from "vitest";
import { configDirectory } from "../../src/stores/file-config-directory.js";

describe("the user's configuration directory", () => {
  test("is ~/.config on Linux", () => {
    expect(configDirectory("linux", {}, "/home/mia")).toBe("/home/mia/.config");
  });

  test("is where XDG_CONFIG_HOME says on Linux", () => {
    expect(configDirectory("linux", { XDG_CONFIG_HOME: "/etc/mia" }, "/home/mia")).toBe("/etc/mia");
  });

  test.each(["relative/path", "", "~/x"])("is ~/.config when XDG_CONFIG_HOME is %j", (configured) => {
    expect(configDirectory("linux", { XDG_CONFIG_HOME: configured }, "/home/mia")).toBe("/home/mia/.config");
  });

  test("is Application Support on macOS", () => {
    expect(configDirectory("darwin", {}, "/Users/mia")).toBe("/Users/mia/Library/Application Support");
  });

  test("is where APPDATA says on Windows", () => {
    const roaming = "C:\\Users\\mia\\AppData\\Roaming";
    expect(configDirectory("win32", { APPDATA: "D:\\mia" }, "C:\\Users\\mia")).toBe("D:\\mia");
    expect(configDirectory("win32", {}, "C:\\Users\\mia")).toBe(roaming);
  });
});
