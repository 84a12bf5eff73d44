import { StagedoorError } from "../../base/errors.js";
import { DEFAULT_PROFILE, tokenKey } from "../key.js";
import { parseToken, serializeToken } from "../serialization.js";
import type { ExportedLogin, ExportTerms, ImportedLogin, ImportTerms, TokenForm } from "./form.js";
import { writePythonJson } from "./python-json.js";
import { singleLogin } from "./single-login.js";
import type { Json } from "./strict-json.js";
import { checkObtained, refused, tokenMembers } from "./token-members.js";

const PROGRAM = "stagedoor";

/** What `serializeToken` writes: the only form that keeps everything. */
export const stagedoorForm: TokenForm = {
  program: PROGRAM,
  recognizes: (data: Json): boolean =>
    data instanceof Map && data.has("version") && data.has("accessToken") && data.has("issuer"),
  read: (data: Json, terms: ImportTerms): readonly ImportedLogin[] => {
    const members = tokenMembers(data, PROGRAM);
    const token = parseToken(writePythonJson(data), { unknownKeys: "refuse" });
    const { obtainedAt, expiresAt, authorizedAt, clientId, issuer } = token;
    checkObtained(members, obtainedAt, terms.now, 'its member "obtainedAt" cannot be right');
    if (expiresAt < obtainedAt) {
      throw refused(members, 'its members "obtainedAt" and "expiresAt" contradict each other');
    }
    if (authorizedAt > obtainedAt) {
      throw refused(members, 'its members "authorizedAt" and "obtainedAt" contradict each other');
    }
    if (terms.clientId !== undefined && terms.clientId !== clientId) throw otherApp(clientId, terms.clientId);
    if (issuer !== terms.issuer) {
      throw new StagedoorError("issuer-mismatch", `The token belongs to ${issuer}, not to ${terms.issuer}.`, {
        hint: "Point SPOTIFY_ACCOUNTS_URL and SPOTIFY_API_URL at the service that it belongs to.",
      });
    }
    return [{ key: tokenKey(issuer, clientId, terms.profile ?? DEFAULT_PROFILE), token }];
  },
  write: (logins: readonly ExportedLogin[], terms: ExportTerms): string =>
    serializeToken(singleLogin(logins, terms, PROGRAM)),
};

/** The error for a token of another app than the one that was named. */
export function otherApp(found: string, wanted: string): StagedoorError {
  return new StagedoorError("argument-invalid", `The token belongs to the app ${found}, not to ${wanted}.`, {
    hint: `If that is the app you mean: --client-id ${found}`,
  });
}
