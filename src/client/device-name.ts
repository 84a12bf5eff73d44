import { StagedoorError } from "../base/errors.js";
import { sanitizeText } from "../base/text.js";
import type { Device } from "../contract/index.js";

/** A device that commands can name. */
export type AddressableDevice = Device & { readonly id: string };

/**
 * The one of these devices that a name means: written exactly so, else but for upper and lower case, else the only one that begins so.
 *
 * @throws StagedoorError `not-found` with the names that there are, `argument-invalid` when several fit or the name is empty
 */
export function pickDevice(devices: readonly Device[], name: string): AddressableDevice {
  const all = devices.filter((device): device is AddressableDevice => device.id !== null);
  const wanted = fold(name);
  if (wanted === "") throw new StagedoorError("argument-invalid", "The name of a device is missing.");
  const ways: readonly ((device: Device) => boolean)[] = [
    (device) => device.name === name,
    (device) => fold(device.name) === wanted,
    (device) => fold(device.name).startsWith(wanted),
  ];
  for (const fits of ways) {
    const [found, ...others] = all.filter(fits);
    if (found === undefined) continue;
    if (others.length === 0) return found;
    throw ambiguous(name, [found, ...others]);
  }
  throw unknown(name, all);
}

/** Accents may be written as one character or as two. */
function fold(name: string): string {
  return name.normalize("NFC").trim().toLowerCase();
}

function ambiguous(name: string, devices: readonly AddressableDevice[]): StagedoorError {
  const each = devices.map(
    (device) => `${quoted(device.name)} (${sanitizeText(device.type)}, id ${sanitizeText(device.id)})`,
  );
  return new StagedoorError("argument-invalid", `${quoted(name)} fits ${devices.length} devices.`, {
    hint: `Use the id of one of them: ${each.join(", ")}.`,
  });
}

function unknown(name: string, devices: readonly AddressableDevice[]): StagedoorError {
  const names = devices.map((device) => quoted(device.name)).join(", ");
  return new StagedoorError("not-found", `There is no device with the name ${quoted(name)}.`, {
    hint: names === "" ? "Open Spotify on a device first." : `These are there: ${names}.`,
  });
}

function quoted(name: string): string {
  return `"${sanitizeText(name, 80)}"`;
}
