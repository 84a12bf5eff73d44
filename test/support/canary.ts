/** The forms in which a secret could have been written down. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // Base64 looks different at each of three offsets; what a neighbour has part in is cut off.
  const shifted = [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const inner = (text: string) => text.replace(/=+$/, "").slice(offset === 0 ? 0 : offset + 1, -1);
    return [inner(padded.toString("base64")), inner(padded.toString("base64url"))];
  });
  const hex = bytes.toString("hex");
  return [
    secret,
    ...shifted,
    hex,
    hex.toUpperCase(),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    [...secret].reverse().join(""),
  ];
}

/** The secrets that can be found in a text, in any of their forms. */
export function secretsIn(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => formsOf(secret).some((form) => text.includes(form)));
}
