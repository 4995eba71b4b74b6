/**
 * The functions that work on what stands apart from the rooms, one key each: the list of the rooms, which
 * servers there are, and what one server has to tell another.
 *
 * The list of the rooms, a hash:
 *   /ROOM     `position token address`: its place (newest is highest), the name of this entry, who made it
 *   @ADDRESS  how many rooms it has made that are still here
 *   rooms     how many there are
 *   version mark  the state of the list, as that of a room (room-scripts.ts)
 * The servers, a hash: `=SERVER` → when it was last heard from, by `clock`, as that of a room.
 * What a server is to be told, a list: connections whose members another server has found silent.
 *
 * A room and its entry can't change in one piece, for they may be on two nodes. So a room is entered before
 * it is made, and taken out, after it has ended, by its token only: an entry that was made or confirmed
 * meanwhile has another one.
 *
 * Invariant: `rooms` and `@ADDRESS` count the entries; what can't be read is removed.
 */
import { READ_HASH } from './read-hash.ts';

const LIST_COMMON = `${READ_HASH}
local function entryOf(text)
  if not text then return nil end
  local position, token, address = string.match(text, '^(%d+) (%S+) (%S*)$')
  if position then return {position = position, token = token, address = address} end
end

local function count(address, more)
  call('HINCRBY', KEY, 'rooms', more)
  local field = '@' .. address
  if address ~= '' and call('HINCRBY', KEY, field, more) <= 0 then call('HDEL', KEY, field) end
end

-- Every entry, room after entry; what can't be read is removed, and what was counted wrong is counted.
local function entries()
  local all, list, counts = call('HGETALL', KEY), {}, {}
  for at = 1, #all, 2 do
    local field, first = all[at], string.byte(all[at])
    if first == 47 then
      local entry = entryOf(all[at + 1])
      if entry then
        entry.room = string.sub(field, 2)
        list[#list + 1] = entry
        counts['@' .. entry.address] = (counts['@' .. entry.address] or 0) + 1
      else
        call('HDEL', KEY, field)
      end
    end
  end
  counts['@'] = nil
  counts.rooms = #list
  for at = 1, #all, 2 do
    local field = all[at]
    if string.byte(field) == 64 and not counts[field] then call('HDEL', KEY, field) end
    if counts[field] == tonumber(all[at + 1]) then counts[field] = nil end
  end
  for field, number in pairs(counts) do call('HSET', KEY, field, number) end
  return list
end
`;

/** Answers with the rooms where the asker's state is another one. */
const GROUPS = `
local found = read('version', 'mark')
local version, mark = tonumber(found[1] or nil) or 0, found[2] or ''
if version == tonumber(ARGV[1]) and mark == ARGV[2] then return {version, mark} end
local list = {}
for _, entry in ipairs(entries()) do
  list[#list + 1] = entry.position
  list[#list + 1] = entry.room
end
return {version, mark, list}
`;

/** Every room with the token of its entry. */
const INDEX = `
read('version')
local list = {}
for _, entry in ipairs(entries()) do
  list[#list + 1] = entry.room
  list[#list + 1] = entry.token
end
return list
`;

/**
 * Enters a room, or gives its entry another token. An address has at most so many rooms for each that is
 * free (`share`, 0: no bound), so that there are always some for others.
 */
const OPEN = `
local room, address, token = ARGV[1], ARGV[2], ARGV[3]
local roomsMax, share = tonumber(ARGV[4]), tonumber(ARGV[5])
local found = read('/' .. room, 'version', 'rooms', '@' .. address)
local entry = entryOf(found[1])
if entry then
  call('HSET', KEY, '/' .. room, table.concat({entry.position, token, entry.address}, ' '))
  return 'open'
end
local rooms = tonumber(found[3] or nil) or 0
local free = roomsMax - rooms
if free <= 0 then return 'too many rooms' end
local made = tonumber(found[4] or nil) or 0
if address ~= '' and share > 0 and made >= share * free then return 'too many rooms' end
local version = (tonumber(found[2] or nil) or 0) + 1
call('HSET', KEY, 'version', version, 'mark', token, '/' .. room, version .. ' ' .. token .. ' ' .. address)
count(address, 1)
return 'open'
`;

/** Takes the entry of a room out, if it has this token. */
const CLOSE = `
local room, token, mark = ARGV[1], ARGV[2], ARGV[3]
local found = read('/' .. room)
local entry = entryOf(found[1])
if not entry or entry.token ~= token then return 0 end
call('HDEL', KEY, '/' .. room)
count(entry.address, -1)
call('HINCRBY', KEY, 'version', 1)
call('HSET', KEY, 'mark', mark)
return 1
`;

const SERVERS_COMMON = `
local call = redis.call
local KEY = KEYS[1]
local server, gapMs, goneMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local found = redis.pcall('HMGET', KEY, 'clock', 'time', '=' .. server)
if found.err and string.find(found.err, 'WRONGTYPE', 1, true) then call('DEL', KEY) end
if found.err then found = call('HMGET', KEY, 'clock', 'time', '=' .. server) end
local time = now()
local passed = time - (tonumber(found[2] or nil) or time)
local counted = math.min(math.max(passed, 0), gapMs)
local clock = (tonumber(found[1] or nil) or 0) + counted
local heard = tonumber(found[3] or nil)
call('HSET', KEY, 'clock', clock, 'time', time)
`;

/** Notes that a server is there, forgets those long gone, and says how far the store's clock has stepped. */
const LOOK = `
call('HSET', KEY, '=' .. server, clock)
local all = call('HGETALL', KEY)
for at = 1, #all, 2 do
  if string.byte(all[at]) == 61 and clock - (tonumber(all[at + 1]) or 0) >= 10 * goneMs then
    call('HDEL', KEY, all[at])
  end
end
return passed - counted
`;

/** Whether a server has not been heard of for so long that it is taken for gone. */
const IS_GONE = `
if not heard or clock - heard >= goneMs then return 1 end
return 0
`;

/** What a server is to be told is kept until it looks, or for ten expiry times. */
const TELL = `
if redis.call('TYPE', KEYS[1]).ok ~= 'list' then redis.call('DEL', KEYS[1]) end
for at = 2, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[at]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
`;

const TOLD = `
local told = redis.pcall('LRANGE', KEYS[1], 0, -1)
redis.call('DEL', KEYS[1])
if told.err then return {} end
return told
`;

/** By name, see `ScriptName`. */
export const ROOMS_SCRIPTS = {
  groups: LIST_COMMON + GROUPS,
  index: LIST_COMMON + INDEX,
  open: LIST_COMMON + OPEN,
  close: LIST_COMMON + CLOSE,
  look: SERVERS_COMMON + LOOK,
  isGone: SERVERS_COMMON + IS_GONE,
  tell: TELL,
  told: TOLD,
} as const;
