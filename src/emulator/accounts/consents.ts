import { type Clock, MINUTE } from "../../base/clock.js";
import { randomString } from "../../base/random.js";
import type { Scope } from "../../contract/scopes.js";
import type { RegisteredApp } from "../apps.js";
import { refill } from "../refill.js";

/** How long a page may stay open before its buttons stop to work. */
const TICKET_LIFE_MS = 30 * MINUTE;
/** Of tickets and of logins; beyond it the oldest is forgotten. */
const MAX_REMEMBERED = 10_000;

/** A request for consent that has passed every check. */
export interface AuthorizationRequest {
  readonly app: RegisteredApp;
  readonly redirectUri: string;
  readonly responseType: "code" | "token";
  readonly scopes: readonly Scope[];
  readonly state: string | undefined;
  readonly challenge: string | undefined;
  readonly showDialog: boolean;
}

interface Ticket {
  readonly request: AuthorizationRequest;
  readonly expiresAt: number;
}

/** What the accounts service remembers of people: open pages, logins and what they have agreed to. */
export interface Consents {
  /** Remembers a page that was shown; the ticket in its form proves that the answer comes from it. */
  openTicket(request: AuthorizationRequest): string;
  /** The page that a ticket belongs to. A ticket works once. */
  useTicket(ticket: string): AuthorizationRequest | undefined;
  /** Remembers who is logged in, under the value of a cookie. */
  openLogin(person: string): string;
  personOf(login: string): string | undefined;
  agree(person: string, clientId: string, scopes: readonly string[]): void;
  /** True when the person has agreed to all of this before. */
  covers(person: string, clientId: string, scopes: readonly string[]): boolean;
  /** All that the person has agreed to, in the order in which they did. */
  scopesOf(person: string, clientId: string): readonly string[];
  forget(which: { readonly person?: string; readonly clientId?: string }): void;
  clear(): void;
  save(): SavedConsents;
  load(saved: SavedConsents): void;
}

export interface SavedConsents {
  readonly tickets: ReadonlyMap<string, Ticket>;
  readonly logins: ReadonlyMap<string, string>;
  readonly agreed: ReadonlyMap<string, Agreement>;
}

interface Agreement {
  readonly person: string;
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
}

export function createConsents(clock: Clock): Consents {
  const tickets = new Map<string, Ticket>();
  const logins = new Map<string, string>();
  const agreed = new Map<string, Agreement>();
  const keyOf = (person: string, clientId: string) => JSON.stringify([person, clientId]);

  return {
    openTicket(request) {
      const ticket = randomString();
      remember(tickets, ticket, { request, expiresAt: clock.now() + TICKET_LIFE_MS });
      return ticket;
    },
    useTicket(ticket) {
      const found = tickets.get(ticket);
      tickets.delete(ticket);
      return found !== undefined && clock.now() < found.expiresAt ? found.request : undefined;
    },
    openLogin(person) {
      const login = randomString();
      remember(logins, login, person);
      return login;
    },
    personOf: (login) => logins.get(login),
    agree(person, clientId, scopes) {
      const before = agreed.get(keyOf(person, clientId))?.scopes ?? [];
      agreed.set(keyOf(person, clientId), { person, clientId, scopes: new Set([...before, ...scopes]) });
    },
    covers(person, clientId, scopes) {
      const given = agreed.get(keyOf(person, clientId))?.scopes;
      return given !== undefined && scopes.every((scope) => given.has(scope));
    },
    scopesOf: (person, clientId) => [...(agreed.get(keyOf(person, clientId))?.scopes ?? [])],
    forget({ person, clientId }) {
      for (const [key, consent] of agreed) {
        if (person !== undefined && consent.person !== person) continue;
        if (clientId !== undefined && consent.clientId !== clientId) continue;
        agreed.delete(key);
      }
    },
    clear() {
      for (const map of [tickets, logins, agreed]) map.clear();
    },
    save: () => ({ tickets, logins, agreed }),
    load(saved) {
      refill(tickets, saved.tickets);
      refill(logins, saved.logins);
      refill(agreed, saved.agreed);
    },
  };
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  if (map.size <= MAX_REMEMBERED) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
