/**
 * What must happen in one piece in the store, one Lua function each: Redis runs nothing else meanwhile.
 * EVALSHA scripts rather than functions (FUNCTION LOAD): they need no version of their own, every server
 * brings those that it knows, and an empty Redis learns them with the first call. Redis 6.0 or newer, any
 * Valkey.
 *
 * Every key begins with KEYS[1], which carries a hash tag: all are in one slot, so scripts may touch them
 * all.
 *
 *   :rooms              zset    room → its version when it was made: newest last
 *   :rooms-version      string  the version at which a room has last come or gone
 *   :version            string  counts every change of anything that is listed
 * :room ROOM          hash    HID → `server connection entry`; `version` of the last change, `removed` of the
 * last
 *                               removal (or of the making)
 *   :list ROOM          zset    entry `user:ip:port:` → version when it was added: newest last
 *   :heard              zset    `room HID` → when it was last heard from, ms by Redis's clock
 *   :emptied            set     rooms without a member, until the next wake of any monitor
 *   :connections SERVER hash    connection → `room HID HID …`, what it owns
 *   :closing SERVER     list    its connections whose members another server has found silent
 *   :servers            zset    server → when it was last heard from
 *
 * Invariants: a member is in `room`, `list` and `heard`, or in none; `version` of a room never repeats, not
 * even when the room is made anew; since `removed` a list has only grown, so whoever knows a later version
 * needs what is newer.
 */

/** The functions of the store. */
export type ScriptName = 'groups' | 'join' | 'list' | 'depart' | 'removeConnection' | 'expire' | 'size';

/** The time as every script sees it: that of Redis, never a server's. */
export const REDIS_TIME = `local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end`;

const COMMON = `
local call = redis.call
local ROOMS, ROOMS_VERSION, VERSION = KEYS[1] .. ':rooms', KEYS[1] .. ':rooms-version', KEYS[1] .. ':version'
local HEARD, EMPTIED, SERVERS = KEYS[1] .. ':heard', KEYS[1] .. ':emptied', KEYS[1] .. ':servers'
local function roomKey(room) return KEYS[1] .. ':room ' .. room end
local function listKey(room) return KEYS[1] .. ':list ' .. room end
local function connectionsKey(server) return KEYS[1] .. ':connections ' .. server end
local function closingKey(server) return KEYS[1] .. ':closing ' .. server end
local function ownerOf(record) return string.match(record, '^(%S+) (%S+) (%S+)$') end
local function userOf(entry) return string.match(entry, '^([^:]+)') end
local function firstWord(text) return string.match(text, '^%S+') end

local function own(server, connection, room, hid)
  local owned = call('HGET', connectionsKey(server), connection)
  call('HSET', connectionsKey(server), connection, (owned or room) .. ' ' .. hid)
end

local function disown(server, connection, hid)
  local owned = call('HGET', connectionsKey(server), connection)
  if not owned then return end
  local room = firstWord(owned)
  local left = room
  for word in string.gmatch(string.sub(owned, #room + 1), '%S+') do
    if word ~= hid then left = left .. ' ' .. word end
  end
  if left == room then call('HDEL', connectionsKey(server), connection)
  else call('HSET', connectionsKey(server), connection, left) end
end

local function removeMember(room, hid, entry)
  local version = call('INCR', VERSION)
  call('HDEL', roomKey(room), hid)
  call('HSET', roomKey(room), 'version', version, 'removed', version)
  call('ZREM', listKey(room), entry)
  call('ZREM', HEARD, room .. ' ' .. hid)
  if call('ZCARD', listKey(room)) == 0 then call('SADD', EMPTIED, room) end
end

-- What a server lacks that knows the list of a version: nothing, what has been added since, or all.
local function withList(outcome, room, version, removed, known)
  if known == version then return {outcome, version} end
  if known < removed then return {outcome, version, 0, call('ZRANGE', listKey(room), 0, -1)} end
  return {outcome, version, known, call('ZRANGEBYSCORE', listKey(room), '(' .. known, '+inf', 'WITHSCORES')}
end

local function removeOwned(server, connection)
  local owned = call('HGET', connectionsKey(server), connection)
  if not owned then return end
  local room = firstWord(owned)
  for hid in string.gmatch(string.sub(owned, #room + 1), '%S+') do
    local record = call('HGET', roomKey(room), hid)
    if record then
      local ownerServer, ownerConnection, entry = ownerOf(record)
      if ownerServer == server and ownerConnection == connection then removeMember(room, hid, entry) end
    end
  end
  call('HDEL', connectionsKey(server), connection)
end
`;

const GROUPS = `
local version = tonumber(call('GET', ROOMS_VERSION) or '0')
if version == tonumber(ARGV[1]) then return {version} end
return {version, call('ZREVRANGE', ROOMS, 0, -1)}
`;

/**
 * A member of a server that is gone (`goneMs`) belongs to whoever refreshes it: else nobody could remove it.
 * Who asks with the version -1 wants no list.
 */
const JOIN = `
local room, server, connection, hid, user, entry = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local known, roomsMax, membersMax, goneMs = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local owned = call('HGET', connectionsKey(server), connection)
if owned and firstWord(owned) ~= room then return {'other room'} end
local found = call('HMGET', roomKey(room), hid, 'version', 'removed')
local record, version, removed = found[1], tonumber(found[2] or nil), tonumber(found[3] or nil)
local time = now()
local outcome = 'refreshed'
if record then
  local ownerServer, ownerConnection, listed = ownerOf(record)
  if userOf(listed) ~= user then return {'conflict'} end
  if ownerServer ~= server and time - tonumber(call('ZSCORE', SERVERS, ownerServer) or '0') >= goneMs then
    disown(ownerServer, ownerConnection, hid)
    own(server, connection, room, hid)
    call('HSET', roomKey(room), hid, server .. ' ' .. connection .. ' ' .. listed)
  end
else
  if not version then
    if call('ZCARD', ROOMS) >= roomsMax then return {'too many rooms'} end
    removed = call('INCR', VERSION)
    call('ZADD', ROOMS, removed, room)
    call('SET', ROOMS_VERSION, removed)
    call('HSET', roomKey(room), 'removed', removed)
  elseif call('ZCARD', listKey(room)) >= membersMax then
    return {'room full'}
  end
  outcome = 'added'
  version = call('INCR', VERSION)
  call('HSET', roomKey(room), hid, server .. ' ' .. connection .. ' ' .. entry, 'version', version)
  call('ZADD', listKey(room), version, entry)
  call('SREM', EMPTIED, room)
  own(server, connection, room, hid)
  call('ZADD', SERVERS, time, server)
end
call('ZADD', HEARD, time, room .. ' ' .. hid)
if known == -1 then return {outcome, version} end
return withList(outcome, room, version, removed, known)
`;

const LIST = `
local room, known = ARGV[1], tonumber(ARGV[2])
local found = call('HMGET', roomKey(room), 'version', 'removed')
if not found[1] then return {'gone', 0} end
return withList('listed', room, tonumber(found[1]), tonumber(found[2]), known)
`;

const DEPART = `
local room, server, connection, hid, user = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local owned = call('HGET', connectionsKey(server), connection)
if not owned then return 'not in room' end
if firstWord(owned) ~= room then return 'wrong room' end
local record = call('HGET', roomKey(room), hid)
if not record then return 'not in room' end
local ownerServer, ownerConnection, entry = ownerOf(record)
if ownerServer ~= server or ownerConnection ~= connection or userOf(entry) ~= user then return 'not in room' end
removeMember(room, hid, entry)
disown(server, connection, hid)
return 'departed'
`;

const REMOVE_CONNECTION = `
removeOwned(ARGV[1], ARGV[2])
return 1
`;

/**
 * In pieces of `most` members and rooms, so that nobody waits long; the caller goes on while there are more.
 */
const EXPIRE = `
local server, expiryMs, most, mayExpire = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
local time = now()
call('ZADD', SERVERS, time, server)
call('ZREMRANGEBYSCORE', SERVERS, '-inf', time - 10 * expiryMs)
local silent = {}
if mayExpire then silent = call('ZRANGEBYSCORE', HEARD, '-inf', time - expiryMs, 'LIMIT', 0, most) end
local members, owners = {}, {}
for _, place in ipairs(silent) do
  local room, hid = string.match(place, '^(%S+) (%S+)$')
  local ownerServer, ownerConnection, entry = ownerOf(call('HGET', roomKey(room), hid))
  members[#members + 1] = ownerServer .. ' ' .. ownerConnection .. ' ' .. room .. ' ' .. entry
  owners[ownerServer .. ' ' .. ownerConnection] = {ownerServer, ownerConnection}
  removeMember(room, hid, entry)
end
local connections = call('LRANGE', closingKey(server), 0, -1)
call('DEL', closingKey(server))
for _, owner in pairs(owners) do
  removeOwned(owner[1], owner[2])
  if owner[1] == server then
    connections[#connections + 1] = owner[2]
  else
    call('RPUSH', closingKey(owner[1]), owner[2])
    call('PEXPIRE', closingKey(owner[1]), 10 * expiryMs)
  end
end
local rooms = call('SRANDMEMBER', EMPTIED, most)
for _, room in ipairs(rooms) do
  call('DEL', roomKey(room))
  call('ZREM', ROOMS, room)
  call('SREM', EMPTIED, room)
end
if #rooms > 0 then call('SET', ROOMS_VERSION, call('INCR', VERSION)) end
local more = 0
if #silent == most or #rooms == most then more = 1 end
return {more, members, connections, rooms}
`;

const SIZE = `
return {call('ZCARD', ROOMS), call('ZCARD', HEARD)}
`;

/**
 * The Lua of every function of the store.
 * @param time defines `now()`, in milliseconds; a test puts a clock that it steps in the place of Redis's
 * own.
 */
export function createScripts(time: string = REDIS_TIME): Readonly<Record<ScriptName, string>> {
  const script = (body: string) => `${time}${COMMON}${body}`;
  return {
    groups: script(GROUPS),
    join: script(JOIN),
    list: script(LIST),
    depart: script(DEPART),
    removeConnection: script(REMOVE_CONNECTION),
    expire: script(EXPIRE),
    size: script(SIZE),
  };
}
