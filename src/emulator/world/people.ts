import type { Device } from "../../contract/models/index.js";

/** Somebody with an account. */
export interface Person {
  /** A free string, as at Spotify. */
  readonly id: string;
  readonly accountId: string;
  readonly displayName: string;
  readonly email: string;
  readonly country: string;
  product: "premium" | "free";
  /** Followers whom this world does not have. */
  readonly distantFollowers: number;
  /** What Spotify knows of their devices; which of them is active the world knows. */
  devices: readonly StoredDevice[];
}

export type StoredDevice = Omit<Device, "is_active">;

/** Who may use a development app: at most five, by default everybody but the last of `PEOPLE`. */
export const USERS_PER_APP = 5;

/** The account under which Spotify's own playlists run. Nobody can log in as it. */
export const SPOTIFY_ACCOUNT = { id: "spotify", displayName: "Spotify" } as const;

const device = (id: string, name: string, type: string, more: Partial<StoredDevice> = {}): StoredDevice => ({
  id,
  is_private_session: false,
  is_restricted: false,
  name,
  type,
  volume_percent: 60,
  supports_volume: true,
  ...more,
});

/** The people of a new world; the first is the one who is logged in. */
export function seedPeople(deviceId: (index: number) => string): Person[] {
  return [
    {
      id: "marlow.finch",
      accountId: "kT4wZ9sQ2x",
      displayName: "Marlow Finch",
      email: "marlow@example.com",
      country: "GB",
      product: "premium",
      distantFollowers: 214,
      devices: [
        device(deviceId(0), "Marlow's laptop", "Computer"),
        device(deviceId(1), "Kitchen speaker", "Speaker", { volume_percent: 35 }),
        device(deviceId(2), "Marlow's phone", "Smartphone", { supports_volume: false, volume_percent: 100 }),
      ],
    },
    {
      id: "ines.cardoso",
      accountId: "b7Rk1VnM0e",
      displayName: "Inês Cardoso",
      email: "ines@example.com",
      country: "PT",
      product: "premium",
      distantFollowers: 58,
      devices: [device(deviceId(3), "Inês’ phone", "Smartphone")],
    },
    {
      id: "tobias.k",
      accountId: "Zp0dY6hLq8",
      displayName: "Tobias Krämer",
      email: "tobias@example.com",
      country: "DE",
      product: "free",
      distantFollowers: 12,
      devices: [device(deviceId(4), "Web player", "Computer")],
    },
    {
      id: "yuki.tanabe",
      accountId: "e3Gm5TxC7u",
      displayName: "Yuki Tanabe",
      email: "yuki@example.com",
      country: "JP",
      product: "premium",
      distantFollowers: 1903,
      devices: [],
    },
    {
      id: "zoë&the_moths",
      accountId: "Qa8jW2fNs4",
      displayName: "Zoë & the Moths",
      email: "zoe@example.com",
      country: "US",
      product: "premium",
      distantFollowers: 40_211,
      devices: [device(deviceId(5), "Tour bus", "Speaker", { is_restricted: true })],
    },
    {
      id: "sunniva",
      accountId: "m1Xv6BoD9r",
      displayName: "Sunniva Dahl",
      email: "sunniva@example.com",
      country: "NO",
      product: "premium",
      distantFollowers: 7,
      devices: [device(deviceId(6), "Sunniva's tablet", "Tablet")],
    },
  ];
}
