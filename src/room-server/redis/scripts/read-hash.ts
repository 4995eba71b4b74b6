/**
 * How every script reads the hash that it works on.
 *
 * Invariant: what stands under its key and is no hash is removed, and read as an empty one.
 */

/** Lua: `call`, `KEY`, and `read(FIELD, …)`, which gives the values of these fields. */
export const READ_HASH = `
local call = redis.call
local KEY = KEYS[1]

local function read(...)
  local found = redis.pcall('HMGET', KEY, ...)
  if found.err and string.find(found.err, 'WRONGTYPE', 1, true) then call('DEL', KEY) end
  if found.err then found = call('HMGET', KEY, ...) end
  return found
end
`;
