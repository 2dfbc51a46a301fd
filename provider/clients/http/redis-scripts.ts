/**
 * The steps of a `RedisLedger`, in Lua: Redis runs each of them as a whole. Keys: calls and errors (sorted sets by time),
 * pause, claims (by id: whose, how many errors, when that process last took something). The first argument is the time, in milliseconds since the epoch; if it is empty, that of the server.
 */
const start = `
local calls, errors, pause, claims = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local function logOf(counts) if counts == 'errors' then return errors end return calls end
-- What seems to come was written before the clock was set back; it happened by now at the latest.
for _, log in ipairs({calls, errors}) do
  for _, entry in ipairs(redis.call('ZRANGEBYSCORE', log, '(' .. now, '+inf')) do redis.call('ZADD', log, now, entry) end
end
local paused = {tonumber(redis.call('HGET', pause, 'until')) or 0, tonumber(redis.call('HGET', pause, 'said')) or 0}
if paused[2] > now then
  paused = {paused[1] - paused[2] + now, now}
  redis.call('HSET', pause, 'until', paused[1], 'said', now)
end
-- A window that is aligned begins anew at every multiple of its length.
local function countsUntil(time, length, aligned, margin)
  if aligned then return (math.floor((time + margin) / length) + 1) * length + margin end
  return time + length + margin
end
local function countsSince(length, aligned, margin)
  if aligned then return math.floor((now - margin) / length) * length - 1 - margin end
  return now - length - margin
end
`;

/**
 * Arguments: time, id of the entry, who asks, id of the claim or nothing, errors that the call may come to, how long claims
 * of others count, margin, how long entries count, then for each window: what it counts, room, length, 1 if it is aligned.
 */
export const takeScript = `${start}
local id, owner, claim, may = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local patience, margin, memory = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
-- Sent again because the connection broke before the answer was there.
if redis.call('ZSCORE', calls, id) then return false end
for _, log in ipairs({calls, errors}) do redis.call('ZREMRANGEBYSCORE', log, '-inf', now - memory) end
local function hold(name, whose, count)
  redis.call('HSET', claims, name, string.format('%s %d %.0f', whose, count, now))
  redis.call('PEXPIRE', claims, memory)
end
local claimed, held = 0, redis.call('HGETALL', claims)
for index = 1, #held, 2 do
  local whose, count, at = string.match(held[index + 1], '(%S+) (%d+) (%d+)')
  -- Whoever takes is alive, and so are its calls, however long they last.
  if whose == owner then hold(held[index], whose, count) at = now end
  at = tonumber(at)
  if at > now - patience and at <= now then claimed = claimed + count end
  if at <= now - memory then redis.call('HDEL', claims, held[index]) end
end
local function waitFor(counts, length, aligned, places)
  local blocking = redis.call('ZREVRANGE', logOf(counts), places - 1, places - 1, 'WITHSCORES')[2]
  return blocking and math.max(0, countsUntil(tonumber(blocking), length, aligned, margin) - now) or 0
end
local wait, of = paused[1] - now, 'pause'
for index = 9, #ARGV, 4 do
  local counts, room, length = ARGV[index], tonumber(ARGV[index + 1]), tonumber(ARGV[index + 2])
  local aligned = ARGV[index + 3] == '1'
  local place = room
  if counts == 'errors' then place = room + 1 - math.min(may, room) end
  local own = waitFor(counts, length, aligned, place)
  if counts == 'errors' and own == 0 and claimed > 0 then
    if place <= claimed or waitFor(counts, length, aligned, place - claimed) > 0 then own = math.huge end
  end
  if own > wait then wait, of = own, counts end
end
if wait == math.huge then return {of, 'inf'} end
if wait > 0 then return {of, string.format('%.0f', wait)} end
redis.call('ZADD', calls, now, id)
redis.call('PEXPIRE', calls, memory)
if claim ~= '' then hold(claim, owner, may) end
return false
`;

/** Arguments: time, id of the claim. */
export const releaseScript = `${start}
redis.call('HDEL', claims, ARGV[2])
`;

/** Arguments: time, id of the entries, how many, how long they count. */
export const errorsScript = `${start}
for number = 1, tonumber(ARGV[3]) do redis.call('ZADD', errors, now, ARGV[2] .. ':' .. number) end
redis.call('PEXPIRE', errors, ARGV[4])
`;

/** Arguments: time, how long. */
export const pauseScript = `${start}
local length = tonumber(ARGV[2])
if now + length > paused[1] then
  redis.call('HSET', pause, 'until', now + length, 'said', now)
  redis.call('PEXPIRE', pause, length)
end
`;

/** Arguments: time, margin, then for each window: what it counts, length, 1 if it is aligned. Answers with the rest of the pause, then the numbers. */
export const usageScript = `${start}
local answer = {string.format('%.0f', paused[1] - now)}
for index = 3, #ARGV, 3 do
  local since = countsSince(tonumber(ARGV[index + 1]), ARGV[index + 2] == '1', tonumber(ARGV[2]))
  table.insert(answer, redis.call('ZCOUNT', logOf(ARGV[index]), '(' .. since, '+inf'))
end
return answer
`;
