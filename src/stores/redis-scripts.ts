import type { RedisScript } from "./redis-connection.js";

/**
 * Writes or removes a record while the stored generation is the expected one.
 *
 * KEYS: the hash of the token. ARGV: the expected generation, the last generation that the writer saw, the mark of this write, the new
 * generation, the record (nothing: remove), how many milliseconds a removed entry's generation is remembered.
 *
 * Generations are compared as text: Lua's numbers are printed with 14 digits. The marks of the last eight writes stay with the record, so that
 * whoever lost an answer learns whether a write was theirs, also when somebody has written since. A write that is found done is noted
 * once more: `WAIT` counts from the last write of its own connection, and the one before may have been lost.
 */
export const SWAP: RedisScript = {
  source: `
local held = redis.call('HMGET', KEYS[1], 'generation', 'last', 'writes')
local writes = held[3] or ''
if string.find(writes, ARGV[3], 1, true) then
  redis.call('HSET', KEYS[1], 'writes', writes)
  return 'written'
end
if (held[1] or '0') ~= ARGV[1] then return 'refused' end
if (held[2] or '0') ~= ARGV[2] then return 'again' end
writes = string.sub(ARGV[3] .. ' ' .. writes, 1, 8 * (#ARGV[3] + 1))
redis.call('HSET', KEYS[1], 'writes', writes)
redis.call('HDEL', KEYS[1], 'damaged')
if ARGV[5] == '' then
  redis.call('HDEL', KEYS[1], 'generation', 'record')
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
else
  redis.call('HSET', KEYS[1], 'generation', ARGV[4], 'last', ARGV[4], 'record', ARGV[5])
  redis.call('PERSIST', KEYS[1])
end
return 'written'`,
};

/**
 * Puts a record aside that cannot be used, unless somebody has written since.
 *
 * KEYS: the hash of the token. ARGV: the marks of the writes that the reader saw, how many milliseconds the record is kept.
 */
export const SET_ASIDE: RedisScript = {
  source: `
local held = redis.call('HMGET', KEYS[1], 'writes', 'record')
if (held[1] or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'damaged', held[2] or '')
redis.call('HDEL', KEYS[1], 'generation', 'record')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`,
};

/**
 * Takes a name out of the index that nobody has noted since a point of time.
 *
 * KEYS: the index. ARGV: the name, the time.
 */
export const FORGET: RedisScript = {
  source: `
local noted = redis.call('ZSCORE', KEYS[1], ARGV[1])
if noted and tonumber(noted) <= tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
return 1`,
};

/** Lends the lock. KEYS: the lock. ARGV: its owner, for how many milliseconds. */
export const ACQUIRE: RedisScript = {
  source: `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
};

/** Prolongs the lock of its owner. KEYS: the lock. ARGV: its owner, for how many milliseconds from now. */
export const RENEW: RedisScript = {
  source: `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
};

/** Gives back the lock of its owner. KEYS: the lock. ARGV: its owner. */
export const RELEASE: RedisScript = {
  source: `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`,
};
