import type { RedisScript } from "./redis-connection.js";

/**
 * Notes a limit; what has ended goes, and so does what has no room.
 *
 * KEYS: the hash of the app's limits. ARGV: what the limit is about, for how many milliseconds it still holds, how many are kept at the
 * most. The server's clock counts, so those of the machines need not agree.
 *
 * `%.0f`, because Lua prints large numbers with an exponent.
 */
export const NOTE_LIMIT: RedisScript = {
  source: `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local ends = now + tonumber(ARGV[2])
local held = redis.call('HGETALL', KEYS[1])
local others, last = {}, ends
for index = 1, #held, 2 do
  local about, other = held[index], tonumber(held[index + 1])
  if about == ARGV[1] then
    if other and other >= ends then return 0 end
  elseif not other or other <= now then
    redis.call('HDEL', KEYS[1], about)
  else
    -- Those about the whole app have no path, and stay.
    others[#others + 1] = { about, other, string.find(about, ',', 1, true) and 0 or 1 }
    if other > last then last = other end
  end
end
table.sort(others, function (a, b)
  if a[3] ~= b[3] then return a[3] > b[3] end
  return a[2] > b[2]
end)
for index = tonumber(ARGV[3]), #others do redis.call('HDEL', KEYS[1], others[index][1]) end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', ends))
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', last))
return 1`,
};

/** The limits that hold: what each is about, and for how many milliseconds it still holds, one after the other. KEYS: the hash. */
export const READ_LIMITS: RedisScript = {
  source: `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local held = redis.call('HGETALL', KEYS[1])
local answer = {}
for index = 1, #held, 2 do
  local left = (tonumber(held[index + 1]) or 0) - now
  if left > 0 then
    answer[#answer + 1] = held[index]
    answer[#answer + 1] = left
  end
end
return answer`,
};
