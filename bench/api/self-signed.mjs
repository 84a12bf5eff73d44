import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A certificate for the loopback address that lives for a day; `undefined` where there is no openssl.
 *
 * @returns {{ key: string, cert: string, file: string } | undefined} `file`: the certificate's, for NODE_EXTRA_CA_CERTS
 */
export function selfSigned() {
  const folder = mkdtempSync(join(tmpdir(), "stagedoor-bench-"));
  const [key, file] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const subject = ["-subj", "/CN=stagedoor bench", "-addext", "subjectAltName=IP:127.0.0.1"];
  const words = ["req", "-x509", ...curve, "-nodes", "-days", "1", ...subject, "-keyout", key, "-out", file];
  if (spawnSync("openssl", words).status !== 0) return undefined;
  return { key: readFileSync(key, "utf8"), cert: readFileSync(file, "utf8"), file };
}
