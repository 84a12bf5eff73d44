import type { RedisScript } from "./redis-connection.js";

// Of each app the state, as JSON; what was let through in the last 30 s, which learning alone reads; and the slots that are used and not
// free again. The latter two are lists, so that a call costs the same whatever the limit. Times are milliseconds by the server's clock.
const STATE = `
local LEASE, FORGET, KEEP = 35000, 10000, 31000
local MOST_IN_FLIGHT, MOST_SENT = 64, 4096

local function text(number) return string.format('%.0f', number) end

local function load()
  local ok, state = pcall(cjson.decode, redis.call('GET', KEYS[1]) or '')
  if not ok or type(state) ~= 'table' or not state.owners then
    state = {
      ramp = 4, cooldown = 0, shift = 0, now = 0, misses = 0, used = 0, owners = {},
      pause = 120000, pressed = 0, pressedAt = 0, changes = 0, borne = 0,
    }
  end
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + state.shift
  -- A clock that was set back, or another server's after a failover, must not make the past come again.
  if now < state.now then
    state.shift = state.shift + state.now - now
    now = state.now
  end
  state.now = now
  for name, owner in pairs(state.owners) do
    if owner.ends <= now then state.owners[name] = nil end
  end
  return state, now
end

local function save(state, now)
  -- A limit that was learnt is worth a day: to learn it again costs refusals.
  local keep = text((state.limit and 86400000 or 300000) + math.max(0, state.cooldown - now))
  redis.call('SET', KEYS[1], cjson.encode(state), 'PX', keep)
  redis.call('PEXPIRE', KEYS[2], keep)
  redis.call('PEXPIRE', KEYS[3], keep)
end

-- An entry of a list: when, and how many.
local function entryAt(key, index)
  local time, count = string.match(redis.call('LINDEX', key, index) or '', '^(%d+) (-?%d+)$')
  return tonumber(time), tonumber(count)
end

local function append(key, time, count) redis.call('RPUSH', key, text(time) .. ' ' .. text(count)) end

local function own(state, now, inFlight, granted)
  -- One with nothing in flight is kept for a while too, so that what is sent twice is done once.
  state.owners[ARGV[1]] = { n = inFlight, seq = ARGV[2], granted = granted, ends = now + (inFlight > 0 and LEASE or FORGET) }
end

local function hold(state) return state.span + math.max(5, state.span * 0.005) end
`;

const LEARN = `
-- What was let through and not refused, in the order of its sending: { time, count }.
local function history()
  local counts, times = {}, {}
  for _, entry in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
    local time, count = string.match(entry, '^(%d+) (-?%d+)$')
    if time then
      if not counts[time] then times[#times + 1] = time end
      counts[time] = (counts[time] or 0) + tonumber(count)
    end
  end
  local sent = {}
  for _, time in ipairs(times) do
    if counts[time] > 0 then sent[#sent + 1] = { tonumber(time), counts[time] } end
  end
  table.sort(sent, function (a, b) return a[1] < b[1] end)
  return sent
end

-- What a span would mean: how many were let through, by how much the wait that it foretells is off, whether that is too short, and whether an
-- earlier window held more. Nothing where nothing was let through.
local function candidate(sent, told, span)
  local passed, first, sum, most, oldest = 0, nil, 0, 0, 1
  for _, entry in ipairs(sent) do
    if entry[1] > told.at - span and entry[1] <= told.at + told.lag then
      passed = passed + entry[2]
      first = first or entry[1]
    end
    sum = sum + entry[2]
    while sent[oldest][1] <= entry[1] - span do
      sum = sum - sent[oldest][2]
      oldest = oldest + 1
    end
    if entry[1] < told.at and sum > most then most = sum end
  end
  if passed == 0 then return nil end
  local foretold = math.ceil((first + span - told.at) / 1000) * 1000
  local after = told.after or foretold
  return { span = span, limit = passed, off = math.abs(foretold - after), short = foretold < after, refuted = most > passed }
end

local SPANS = { 1000, 2000, 5000, 10000, 30000 }

local function best(sent, told)
  local longest = candidate(sent, told, 30000)
  if not told.after or not longest then return longest end
  local nearest, safe, last
  for _, span in ipairs(SPANS) do
    local one = candidate(sent, told, span)
    if one and not one.refuted then
      -- On a tie 30 s, which is what is documented; else the smallest.
      if not nearest or one.off < nearest.off or (one.off == nearest.off and span == 30000) then nearest = one end
      if not one.short and not safe then safe = one end
      last = one
    end
  end
  if nearest and nearest.off > 1000 then return safe or last end
  return nearest or longest
end

local function adopt(state, sent, lag, span, limit)
  if span > (state.span or 0) then
    redis.call('DEL', KEYS[3])
    state.used = 0
    for _, entry in ipairs(sent) do
      append(KEYS[3], entry[1] + lag, entry[2])
      state.used = state.used + entry[2]
    end
  end
  state.span, state.limit = span, math.max(1, limit)
end

local function learn(state)
  local told = state.told
  state.told, state.raised, state.pressed, state.borne = nil, nil, 0, 0
  if told.probed then
    state.limit = told.probed
    state.pause = math.min(3600000, state.pause * 2)
    return
  end
  local sent = history()
  local found = best(sent, told)
  if not found then
    -- Others use the same app: that says nothing of the limit.
    if state.limit then state.limit = math.max(1, math.floor(state.limit * 0.8)) end
    return
  end
  if not state.limit then return adopt(state, sent, told.lag, found.span, found.limit) end
  local current = candidate(sent, told, state.span)
  local right = found.span == state.span or (current and current.off <= 1000)
  if not right and state.changes < 2 then
    state.changes = state.changes + 1
    return adopt(state, sent, told.lag, found.span, found.limit)
  end
  -- Fewer in the same time; where there cannot be fewer, or where no span is right, in a longer one.
  local lower = math.floor(state.limit * 0.8)
  if current then lower = math.min(lower, current.limit) end
  local span = state.span
  if not right or state.limit == 1 then
    for index = #SPANS, 1, -1 do
      if SPANS[index] > state.span then span = SPANS[index] end
    end
  end
  adopt(state, sent, told.lag, span, lower)
end
`;

/**
 * Lets requests through, as many as may be.
 *
 * KEYS: the state, what was let through, the used slots. ARGV: who asks, the number of this call, how many requests of the asker are in
 * flight, how many more are wanted. Gives how many were let through, for how many milliseconds to wait for more, and the server's time.
 *
 * The asker says how many are in flight, which mends the count where an answer or the state was lost. Who asks no more for 35 s is dead,
 * and what it had in flight is given back. A call that is made twice, because its answer was lost, is done once.
 */
export const TAKE: RedisScript = {
  source: `${STATE}${LEARN}
local state, now = load()
local mine, wanted = tonumber(ARGV[3]), tonumber(ARGV[4])
local before = state.owners[ARGV[1]]
if before and before.seq == ARGV[2] then return { before.granted, 0, now } end
if now < state.cooldown then
  save(state, now)
  return { 0, math.ceil(state.cooldown - now), now }
end
if state.told then learn(state) end
local inFlight = mine
for name, owner in pairs(state.owners) do
  if name ~= ARGV[1] then inFlight = inFlight + owner.n end
end
local room = math.floor(state.ramp) - inFlight
local granted, wait = math.min(wanted, room), 20
if state.limit then
  local span = hold(state)
  local oldest, count = entryAt(KEYS[3], 0)
  while oldest and oldest + span <= now do
    redis.call('LPOP', KEYS[3])
    state.used = state.used - count
    oldest, count = entryAt(KEYS[3], 0)
  end
  if not oldest then state.used = 0 end
  local used = inFlight + state.used
  if state.raised and state.raised.since and now - state.raised.since > state.span + 1000 then
    -- As many as were used are borne.
    if state.raised.most >= state.limit then state.borne = state.borne + 1 end
    state.limit = math.min(state.limit, state.raised.most)
    state.raised, state.pause = nil, 120000
  end
  local left = state.limit - used
  if left < granted and not state.raised then
    state.pressed = state.pressed + math.min(now - state.pressedAt, state.span)
    state.pressedAt = now
    if state.pressed >= state.pause then
      state.raised = { from = state.limit, most = 0 }
      -- A limit that was learnt while others used the app up is far too low: what is borne again and again doubles it.
      state.limit = state.limit + math.min(state.limit, math.max(1, math.floor(state.limit * 0.05 + 0.5)) * 2 ^ state.borne)
      state.pressed, state.changes = 0, 0
    end
  end
  if state.raised then
    -- What is beyond goes one by one, so that a raise that was wrong costs a single refusal.
    left = state.raised.from - used
    if left <= 0 then left = inFlight == 0 and used < state.limit and 1 or 0 end
    state.raised.most = math.max(state.raised.most, used + math.max(0, math.min(left, granted)))
    if not state.raised.since and state.raised.most > state.raised.from then state.raised.since = now end
  end
  if left < granted then
    granted = left
    wait = oldest and oldest + span - now or math.min(span, 1000)
  end
end
granted = math.max(0, granted)
if granted > 0 then
  append(KEYS[2], now, granted)
  redis.call('LTRIM', KEYS[2], -MOST_SENT, -1)
  for _ = 1, 3 do
    local oldest = entryAt(KEYS[2], 0)
    if oldest and oldest > now - KEEP then break end
    redis.call('LPOP', KEYS[2])
  end
end
if granted > 0 or mine > 0 then own(state, now, mine + granted, granted) end
save(state, now)
return { granted, granted < wanted and math.max(1, math.ceil(wait)) or 0, now }`,
};

/**
 * Takes note of how requests ended.
 *
 * KEYS: as for a take. ARGV: who tells, the number of this call, how many requests of the teller are still in flight, how many ended without
 * a 429, when the first of them was sent (by the server's time that a take gave), what the 429s said in milliseconds (nothing: nothing), a random
 * number from 0 to 1, and for those that ended with a 429 in pairs when they were sent and how many.
 */
export const SETTLE: RedisScript = {
  source: `${STATE}
local state, now = load()
local before = state.owners[ARGV[1]]
if before and before.seq == ARGV[2] then return 0 end
own(state, now, tonumber(ARGV[3]), 0)
local done, sentAt, after, random = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
if done > 0 then
  if state.limit then
    -- Bins of a five hundredth of the span, so that there are never more than that many.
    local width = math.max(1, math.floor(state.span / 500))
    local bin = math.ceil(now / width) * width
    local last, count = entryAt(KEYS[3], -1)
    if last == bin then redis.call('RPOP', KEYS[3]) end
    append(KEYS[3], bin, last == bin and count + done or done)
    state.used = state.used + done
  end
  if now >= state.cooldown and sentAt >= state.cooldown then
    local isCareful = not state.limit and state.ramp >= 4
    local more = isCareful and 4 + math.sqrt((state.ramp - 4) ^ 2 + 3 * done) or state.ramp + done
    state.ramp = math.min(MOST_IN_FLIGHT, more)
    state.misses = 0
  end
end
if ARGV[8] then
  local first = math.min(now, tonumber(ARGV[8]))
  -- The same number again, below nothing: these were not let through.
  for index = 8, #ARGV, 2 do
    if tonumber(ARGV[index]) <= now then redis.call('RPUSH', KEYS[2], ARGV[index] .. ' -' .. ARGV[index + 1]) end
  end
  if now >= state.cooldown and first >= state.cooldown then
    state.misses = state.misses + 1
    state.told = { at = first, lag = now - first, after = after }
    if state.raised and state.raised.since then state.told.probed = state.raised.from end
  end
  local doubled = 2 ^ math.min(10, math.max(0, state.misses - 1))
  local wait
  if after then
    wait = math.max(after, math.min(30000, 250 * doubled))
    wait = wait + random * math.min(250, wait / 20)
  else
    wait = math.min(30000, 1000 * doubled) * (0.5 + random / 2)
  end
  state.cooldown = math.max(state.cooldown, math.ceil(now + wait))
  state.ramp = 1
end
save(state, now)
return 1`,
};
