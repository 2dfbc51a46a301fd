/**
 * The steps of a `RedisLedger`, in Lua: Redis runs each of them as a whole. Keys: calls and errors (sorted sets by time),
 * pause. The first argument is the time, in milliseconds since the epoch; if it is empty, that of the server.
 */
const start = `
local calls, errors, pause = KEYS[1], KEYS[2], KEYS[3]
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
`;

/** Arguments: time, id of the entry, calls on their way, margin, how long entries count, then for each window: what it counts, room, length. */
export const takeScript = `${start}
local id, pending, margin, memory = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
-- Sent again because the connection broke before the answer was there.
if redis.call('ZSCORE', calls, id) then return false end
for _, log in ipairs({calls, errors}) do redis.call('ZREMRANGEBYSCORE', log, '-inf', now - memory) end
local function waitFor(counts, length, places)
  local blocking = redis.call('ZREVRANGE', logOf(counts), places - 1, places - 1, 'WITHSCORES')[2]
  return blocking and math.max(0, blocking + length + margin - now) or 0
end
local wait, of = paused[1] - now, 'pause'
for index = 6, #ARGV, 3 do
  local counts, room, length = ARGV[index], tonumber(ARGV[index + 1]), tonumber(ARGV[index + 2])
  local own = waitFor(counts, length, room)
  if counts == 'errors' and own == 0 and pending > 0 then
    if room <= pending or waitFor(counts, length, room - pending) > 0 then own = math.huge end
  end
  if own > wait then wait, of = own, counts end
end
if wait == math.huge then return {of, 'inf'} end
if wait > 0 then return {of, string.format('%.0f', wait)} end
redis.call('ZADD', calls, now, id)
redis.call('PEXPIRE', calls, memory)
return false
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

/** Arguments: time, then for each window: what it counts, how long. Answers with the rest of the pause, then the numbers. */
export const usageScript = `${start}
local answer = {string.format('%.0f', paused[1] - now)}
for index = 2, #ARGV, 2 do
  table.insert(answer, redis.call('ZCOUNT', logOf(ARGV[index]), '(' .. (now - ARGV[index + 1]), '+inf'))
end
return answer
`;
