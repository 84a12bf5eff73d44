import type { RedisScript } from "./redis-connection.js";

// One state an app, as JSON: a take reads and writes all of it, and it is small. What was let through in the last 30 s lies in a list of its
// own, which takes only add to; learning alone reads it. Times are milliseconds by the server's clock.
const STATE = `
local LEASE, FORGET, KEEP = 35000, 10000, 31000
local MOST_IN_FLIGHT, MOST_SENT = 64, 4096

local function text(number) return string.format('%.0f', number) end

local function load()
  local ok, state = pcall(cjson.decode, redis.call('GET', KEYS[1]) or '')
  if not ok or type(state) ~= 'table' or not state.owners then
    state = { ramp = 4, cooldown = 0, shift = 0, now = 0, misses = 0, pause = 120000, probed = 0, answered = {}, owners = {} }
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
end

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

-- Had the limit this span: how many it lets through, by how much the wait that it foretells is off, and whether an earlier window held more.
local function candidate(sent, at, span, after)
  local most, first, sum, most_before = 0, nil, 0, 0
  local oldest = 1
  for _, entry in ipairs(sent) do
    if entry[1] > at - span and entry[1] <= at then
      most = most + entry[2]
      first = first or entry[1]
    end
    sum = sum + entry[2]
    while sent[oldest][1] <= entry[1] - span do
      sum = sum - sent[oldest][2]
      oldest = oldest + 1
    end
    if entry[1] < at and sum > most_before then most_before = sum end
  end
  local foretold = first and math.ceil((first + span - at) / 1000) * 1000 or 0
  return { span = span, limit = math.max(1, most), off = math.abs(foretold - after), refuted = most_before > most }
end

local function best(sent, at, after)
  if not after then return candidate(sent, at, 30000, 30000) end
  local found
  for _, mayRefute in ipairs({ true, false }) do
    -- On a tie 30 s, which is what is documented; else the smallest.
    for _, span in ipairs({ 30000, 1000, 2000, 5000, 10000 }) do
      local one = candidate(sent, at, span, after)
      if not (mayRefute and one.refuted) and (not found or one.off < found.off) then found = one end
    end
    if found then return found end
  end
end

local function learn(state, now)
  local told = state.told
  state.told = nil
  local sent = history()
  local span = state.span or 0
  if not state.limit then
    local one = best(sent, told.at, told.after)
    state.limit, state.span = one.limit, one.span
  elseif told.probed then
    state.limit = told.probed
  else
    local one = candidate(sent, told.at, state.span, told.after or 0)
    if told.after and one.off > 1000 then one = best(sent, told.at, told.after) end
    state.span = one.span
    -- More than the limit were let through where a state was lost: that says nothing of the limit.
    if one.limit <= state.limit then state.limit = math.max(1, math.min(one.limit, math.floor(state.limit * 0.8))) end
  end
  state.probed, state.raised = now, nil
  if state.span > span then
    state.answered = {}
    for _, entry in ipairs(sent) do
      state.answered[#state.answered + 1] = entry[1] + told.lag
      state.answered[#state.answered + 1] = entry[2]
    end
  end
end
`;

/**
 * Lets requests through, as many as may be.
 *
 * KEYS: the window, the list of what was let through. ARGV: who asks, the number of this call, how many requests of the asker are in
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
if state.told then learn(state, now) end
local inFlight = mine
for name, owner in pairs(state.owners) do
  if name ~= ARGV[1] then inFlight = inFlight + owner.n end
end
local room = math.floor(state.ramp) - inFlight
local granted, wait = math.min(wanted, room), 25
if state.limit then
  local kept, used, span = {}, inFlight, hold(state)
  for index = 1, #state.answered, 2 do
    if state.answered[index] + span > now then
      kept[#kept + 1] = state.answered[index]
      kept[#kept + 1] = state.answered[index + 1]
      used = used + state.answered[index + 1]
    end
  end
  state.answered = kept
  local left = state.limit - used
  if left < granted and now - state.probed >= state.pause then
    -- The one before was borne.
    if state.raised then state.pause = 120000 end
    state.raised = { at = now, from = state.limit }
    state.probed = now
    local more = math.max(1, math.floor(state.limit * 0.05 + 0.5))
    state.limit, left = state.limit + more, left + more
  end
  if left < granted then
    granted = left
    wait = kept[1] and kept[1] + span - now or math.min(span, 1000)
  end
end
granted = math.max(0, granted)
if granted > 0 then
  redis.call('RPUSH', KEYS[2], text(now) .. ' ' .. text(granted))
  redis.call('LTRIM', KEYS[2], -MOST_SENT, -1)
  for _ = 1, 3 do
    local oldest = tonumber(string.match(redis.call('LINDEX', KEYS[2], 0) or '', '^%d+'))
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
    local last = #state.answered
    if last > 0 and state.answered[last - 1] == bin then
      state.answered[last] = state.answered[last] + done
    else
      state.answered[last + 1], state.answered[last + 2] = bin, done
    end
  end
  if now >= state.cooldown and sentAt >= state.cooldown then
    state.ramp = math.min(MOST_IN_FLIGHT, state.ramp + done * (state.limit and 1 or 0.4))
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
    if state.limit and state.raised and first - state.raised.at <= hold(state) then
      state.told.probed = state.raised.from
      state.pause = math.min(3600000, state.pause * 2)
    end
  end
  local wait
  if after then
    wait = math.max(250, after) + random * math.max(20, math.min(1000, after * 0.05))
  else
    local base = math.min(30000, 1000 * 2 ^ math.min(10, math.max(0, state.misses - 1)))
    wait = base * (0.5 + random / 2)
  end
  state.cooldown = math.max(state.cooldown, math.ceil(now + wait))
  state.ramp = 1
end
save(state, now)
return 1`,
};
