/**
 * The functions that work on one room in the store. A room is one key, a hash, so that it is in one place, is
 * moved from node to node of a cluster in one piece, and can be lost only as a whole.
 *
 *   HID           `seq heard server connection user`: the member, and the connection that owns it
 *   +SEQ          `mark user:ip:port:`: what the list has of the member that was added with version SEQ
 *   version mark  the state that the list is in: a number that grows by one with each change, and a word that
 *                 no other change in the world has
 *   removed removedMark  the state after the last removal (at first that of the empty room)
 *   clock time    the room's own clock in ms, and the store's TIME when it was last moved on
 *   due           no member can be silent for too long before the room's clock says this
 *   token         names the place of the room in the list of rooms (rooms-scripts.ts)
 *
 * Invariants: a member is in `HID` and in `+SEQ`, or in neither; after `removed` the list has only grown, so
 * whoever knows a later state needs what is newer; state and history are known by their marks, so that after
 * a FLUSHALL, a restored dump or a failover nobody takes one list for another with the same number. What
 * can't be read is removed, never an error: its members come again with their next KEEPALIVE.
 *
 * The room's clock moves on with every question by what has passed by TIME, but never back and never by more
 * than the limit `storeClockGapMs`: a step of the machine's clock, or a move to a machine with another time,
 * makes nobody older by more than that, and keeps nobody listed.
 */
import { READ_HASH } from './read-hash.ts';

/** Fields of a room that belong to no member; a room with any of them missing is broken. */
const OWN_FIELDS = 8;

/** What the functions of a room share. */
export const ROOM_COMMON = `${READ_HASH}
-- The room's own fields, or nil where there is no room (any more): one that is broken is removed.
local function readRoom(...)
  local found = read('version', 'mark', 'removed', 'removedMark', 'clock', 'time', 'due', 'token', ...)
  local room = {
    version = tonumber(found[1] or nil), mark = found[2], removed = tonumber(found[3] or nil),
    removedMark = found[4], clock = tonumber(found[5] or nil), time = tonumber(found[6] or nil),
    due = tonumber(found[7] or nil), token = found[8], asked = found[9],
  }
  if room.version and room.mark and room.removed and room.removedMark and room.clock and room.time
    and room.due and room.token then return room end
  call('DEL', KEY)
  return nil, found[9]
end

-- Moves the room's clock on; what it did not take of the time that has passed is a step of the store's clock.
local function tick(room, gapMs)
  local time = now()
  local passed = time - room.time
  local counted = math.min(math.max(passed, 0), gapMs)
  room.clock, room.time = room.clock + counted, time
  return passed - counted
end

local function memberOf(record)
  if not record then return nil end
  local seq, heard, server, connection, user = string.match(record, '^(%d+) (%d+) (%S+) (%S+) (%S+)$')
  if not seq then return nil end
  return {seq = seq, heard = tonumber(heard), server = server, connection = connection, user = user}
end

local function recordOf(member)
  return table.concat({member.seq, string.format('%.0f', member.heard), member.server, member.connection,
    member.user}, ' ')
end

local function entryOf(place)
  if not place then return nil end
  return string.match(place, '^(%S+) ([^: ]+:[^: ]+:%d+:)$')
end

local function isOwn(member, server, connection)
  return member and member.server == server and member.connection == connection
end

local function size() return math.floor((call('HLEN', KEY) - ${OWN_FIELDS}) / 2) end

-- Notes that the list has lost somebody; behind the removal, which a full store allows.
local function removed(room, mark)
  room.version, room.mark = room.version + 1, mark
  room.removed, room.removedMark = room.version, mark
  call('HSET', KEY, 'version', room.version, 'mark', mark, 'removed', room.version, 'removedMark', mark)
end

local function whole()
  local all, list = call('HGETALL', KEY), {}
  for at = 1, #all, 2 do
    if string.byte(all[at]) == 43 then
      local _, entry = entryOf(all[at + 1])
      if entry then
        list[#list + 1] = string.sub(all[at], 2)
        list[#list + 1] = entry
      end
    end
  end
  return list
end

-- Adds to a reply what somebody lacks who knows the list of a state: nothing, what has been added since then
-- and where that goes on top of, or -1 and all, each with its version, in no order.
local function withList(reply, room, known, knownMark)
  if known == room.version and knownMark == room.mark then return reply end
  local isHistory = false
  if known == room.removed then
    isHistory = knownMark == room.removedMark
  elseif known > room.removed and known < room.version then
    isHistory = entryOf(call('HGET', KEY, '+' .. known)) == knownMark
  end
  local list = {}
  if isHistory then
    for seq = known + 1, room.version do
      local _, entry = entryOf(call('HGET', KEY, '+' .. seq))
      if entry then
        list[#list + 1] = tostring(seq)
        list[#list + 1] = entry
      end
    end
  else
    known, list = -1, whole()
  end
  reply[#reply + 1] = known
  reply[#reply + 1] = list
  return reply
end
`;

/** Asked with a known version of -2 it answers without the list, with an empty token it makes no room. */
const JOIN = `
local server, connection, hid, user, entry = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local known, knownMark, mark, token = tonumber(ARGV[6]), ARGV[7], ARGV[8], ARGV[9]
local membersMax, gapMs = tonumber(ARGV[10]), tonumber(ARGV[11])
local room, asked = readRoom(hid)
local isNew = not room
if isNew then
  if token == '' then return {'no room'} end
  room = {version = 0, mark = mark, removed = 0, removedMark = mark, clock = 0, time = now(), due = 0}
else
  asked = room.asked
end
if token ~= '' then room.token = token end
tick(room, gapMs)
local member = memberOf(asked)
local outcome, owner = 'refreshed', ''
if not isNew and asked and not member then
  call('HDEL', KEY, hid)
  removed(room, mark)
end
if member then
  if member.user ~= user then return {'conflict'} end
  member.heard = room.clock
  if not isOwn(member, server, connection) then owner = member.server .. ' ' .. member.connection end
  call('HSET', KEY, hid, recordOf(member), 'clock', room.clock, 'time', room.time)
  if token ~= '' then call('HSET', KEY, 'token', token) end
else
  if not isNew and size() >= membersMax then return {'room full'} end
  outcome = 'added'
  room.version, room.mark = room.version + 1, mark
  member = {seq = room.version, heard = room.clock, server = server, connection = connection, user = user}
  call('HSET', KEY, 'version', room.version, 'mark', mark, 'removed', room.removed,
    'removedMark', room.removedMark, 'clock', room.clock, 'time', room.time, 'due', room.due,
    'token', room.token, hid, recordOf(member), '+' .. room.version, mark .. ' ' .. entry)
end
local reply = {outcome, room.version, room.mark, owner}
if known == -2 then return reply end
return withList(reply, room, known, knownMark)
`;

const LIST = `
local room = readRoom()
if not room then return {'no room'} end
return withList({'listed', room.version, room.mark, ''}, room, tonumber(ARGV[1]), ARGV[2])
`;

const DEPART = `
local server, connection, hid, user, mark = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local room, asked = readRoom(hid)
local member = room and memberOf(room.asked)
if not isOwn(member, server, connection) or member.user ~= user then return 'not in room' end
call('HDEL', KEY, hid, '+' .. member.seq)
removed(room, mark)
return 'departed'
`;

/** Removes those of the HIDs that the connection owns. */
const REMOVE = `
local server, connection, mark = ARGV[1], ARGV[2], ARGV[3]
local room = readRoom()
if not room then return 0 end
local count = 0
for at = 4, #ARGV do
  local member = memberOf(call('HGET', KEY, ARGV[at]))
  if isOwn(member, server, connection) then
    call('HDEL', KEY, ARGV[at], '+' .. member.seq)
    count = count + 1
  end
end
if count > 0 then removed(room, mark) end
return count
`;

/** Whether the connection owns one of the HIDs. */
const OWNS = `
local room = readRoom()
if not room then return 0 end
for at = 3, #ARGV do
  if isOwn(memberOf(call('HGET', KEY, ARGV[at])), ARGV[1], ARGV[2]) then return 1 end
end
return 0
`;

/** Gives a member to the connection that has refreshed it, if it still belongs to the one named. */
const ADOPT = `
local server, connection, hid, ownerServer, ownerConnection = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local room = readRoom(hid)
local member = room and memberOf(room.asked)
if not isOwn(member, ownerServer, ownerConnection) then return 0 end
member.server, member.connection = server, connection
call('HSET', KEY, hid, recordOf(member))
return 1
`;

/**
 * The monitor's visit: moves the clock on, removes who is silent, with all that belongs to the same
 * connections, and what can't be read; then the room, if it is empty.
 */
const EXPIRE = `
local expiryMs, mayExpire, gapMs, mark = tonumber(ARGV[1]), ARGV[2] == '1', tonumber(ARGV[3]), ARGV[4]
local room = readRoom()
if not room then return {'no room'} end
local step = tick(room, gapMs)
if size() == 0 then
  call('DEL', KEY)
  return {'emptied', room.token, step, {}}
end
if not mayExpire or room.clock < room.due then
  call('HSET', KEY, 'clock', room.clock, 'time', room.time)
  return {'visited', room.token, step, {}}
end
local own = {version = 1, mark = 1, removed = 1, removedMark = 1, clock = 1, time = 1, due = 1, token = 1}
local all, members, entries, gone, silent, owners = call('HGETALL', KEY), {}, {}, {}, {}, {}
for at = 1, #all, 2 do
  local field = all[at]
  if string.byte(field) == 43 then
    local _, entry = entryOf(all[at + 1])
    entries[string.sub(field, 2)] = entry or false
  elseif not own[field] then
    local member = memberOf(all[at + 1])
    if member then members[field] = member else gone[#gone + 1] = field end
  end
end
local due = room.clock + expiryMs
for hid, member in pairs(members) do
  member.entry = entries[member.seq]
  if not member.entry then
    gone[#gone + 1] = hid
    members[hid] = nil
  else
    -- A member that was heard by a clock that was lost was heard now at the latest.
    if member.heard > room.clock then member.heard = room.clock end
    if room.clock - member.heard >= expiryMs then
      local owner = member.server .. ' ' .. member.connection
      owners[owner] = true
      silent[#silent + 1] = owner .. ' ' .. member.entry
    end
  end
end
for hid, member in pairs(members) do
  if owners[member.server .. ' ' .. member.connection] then
    gone[#gone + 1] = hid
  else
    entries[member.seq] = nil
    due = math.min(due, member.heard + expiryMs)
  end
end
for seq in pairs(entries) do gone[#gone + 1] = '+' .. seq end
for _, field in ipairs(gone) do call('HDEL', KEY, field) end
if #gone > 0 then removed(room, mark) end
call('HSET', KEY, 'clock', room.clock, 'time', room.time, 'due', due)
if size() > 0 then return {'visited', room.token, step, silent} end
call('DEL', KEY)
return {'emptied', room.token, step, silent}
`;

const SIZE = `
if not readRoom() then return 0 end
return size()
`;

/** By name, see `ScriptName`. */
export const ROOM_SCRIPTS = {
  join: JOIN,
  list: LIST,
  depart: DEPART,
  remove: REMOVE,
  owns: OWNS,
  adopt: ADOPT,
  expire: EXPIRE,
  size: SIZE,
} as const;
