import { Redis } from "ioredis";
import { createSpotify } from "stagedoor";
import { encrypted } from "stagedoor/stores/encrypted";
import { redisStore } from "stagedoor/stores/redis";

const redis = new Redis(process.env.REDIS_URL ?? "redis://127.0.0.1:6379");
redis.on("error", (error) => console.error(error.message)); // it connects again by itself
const tokens = redisStore({ command: ([name = "", ...rest]) => redis.call(name, ...rest) });
const key = process.env.TOKEN_KEY ?? ""; // 32 bytes: openssl rand -base64 32
const spotify = createSpotify({ store: encrypted(tokens, { key }), profile: "mia" });
console.log((await spotify.me.profile()).display_name);
await redis.quit();
