-- P2PChat for Wireshark and tshark: each frame with its fields, what answers what, and what the contract forbids.
--
-- The contract is docs/PROTOCOL.md of the program p2pchat, which this file comes with; docs/BYTES.md there says how to
-- install this and what it shows.
--
-- How it works:
-- * TCP is put together again: a TEXT by its length (its content may hold the end mark), everything else at its end
--   mark; one segment may hold many frames, one frame many segments.
-- * What depends on other frames (answers, copies, the order of a handshake) is found out when Wireshark goes through
--   the capture for the first time, and kept by frame; later it is only shown. What one frame says by itself is
--   looked at each time.
-- * Nothing is said of what came before the capture began.

local p2pchat = Proto("p2pchat", "P2PChat")

local END_MARK = "::\r\n"
local NAME_MAX_CHARACTERS = 32
-- A sender refuses content from this length on.
local CONTENT_END_BYTES = 500
-- A length beyond this is taken for a wrong one: nobody waits for so much.
local CONTENT_MAX_BYTES = 1048576
-- A poke is answered in this time.
local ACK_SECONDS = 2
-- So much of a message stands in the Info column.
local INFO_MAX_BYTES = 120
local FRAME_NAMES = {
  L = "LIST", G = "GROUPS", J = "JOIN", M = "MEMBERS", F = "FAIL", P = "HANDSHAKE", S = "HANDSHAKE OK",
  T = "TEXT", K = "POKE", A = "ACK", D = "DEPART",
}
local IS_REQUEST = { L = true, J = true, D = true }
local IS_DATAGRAM = { K = true, A = true }
-- What a room server answers to what; F answers everything.
local ANSWERS = { G = { L = true }, M = { J = true }, S = { D = true }, F = { L = true, J = true, D = true } }

---------------------------------------------------------------------------------------------------------- fields

local f = {
  type = ProtoField.string("p2pchat.type", "Type"),
  room = ProtoField.string("p2pchat.room", "Room"),
  user = ProtoField.string("p2pchat.user", "User"),
  ip = ProtoField.string("p2pchat.ip", "IP"),
  port = ProtoField.uint32("p2pchat.port", "Port", base.DEC),
  hid = ProtoField.string("p2pchat.hid", "Hash ID", base.ASCII, "64-bit sdbm of user, IP and port"),
  msgid = ProtoField.uint64("p2pchat.msgid", "msgID", base.DEC),
  msid = ProtoField.string("p2pchat.msid", "MSID"),
  msid_right = ProtoField.string("p2pchat.msid.calculated", "Calculated MSID"),
  member = ProtoField.string("p2pchat.member", "Member"),
  members = ProtoField.uint32("p2pchat.members", "Members", base.DEC),
  origin_hid = ProtoField.string("p2pchat.origin.hid", "originHID"),
  origin_user = ProtoField.string("p2pchat.origin.user", "originUser"),
  origin_address = ProtoField.string("p2pchat.origin.address", "Address of the origin"),
  length = ProtoField.uint64("p2pchat.length", "msgLength", base.DEC),
  content = ProtoField.string("p2pchat.content", "Content"),
  message = ProtoField.string("p2pchat.message", "Message"),
  other = ProtoField.string("p2pchat.field", "Field"),
  unknown = ProtoField.bytes("p2pchat.unknown", "Bytes that are no frame"),
  request_in = ProtoField.framenum("p2pchat.request_in", "Answer to the frame", base.NONE, frametype.REQUEST),
  response_in = ProtoField.framenum("p2pchat.response_in", "Answered in frame", base.NONE, frametype.RESPONSE),
  response_time = ProtoField.relative_time("p2pchat.response_time", "Time until the answer"),
  first_in = ProtoField.framenum("p2pchat.text.first_in", "First seen in frame", base.NONE),
  copy = ProtoField.uint32("p2pchat.text.copy", "Copy", base.DEC, nil, nil, "1 is the first one of the capture"),
  duplicate_of = ProtoField.framenum(
    "p2pchat.text.duplicate_of", "The receiver had it since frame", base.NONE, frametype.DUP_ACK),
}
p2pchat.fields = f

---------------------------------------------------------------------------------------------------- expert info

local function forbidden(name, words, severity, group)
  return ProtoExpert.new("p2pchat.expert." .. name, words, group or expert.group.PROTOCOL,
    severity or expert.severity.ERROR)
end

local WARN, NOTE, CHAT = expert.severity.WARN, expert.severity.NOTE, expert.severity.CHAT
local SEQUENCE, MALFORMED = expert.group.SEQUENCE, expert.group.MALFORMED

local e = {
  unknown = forbidden("unknown", "These bytes are no frame", nil, MALFORMED),
  fields = forbidden("fields", "Not the fields that the frame has", nil, MALFORMED),
  name = forbidden("name", "Not a name"),
  ip = forbidden("ip", "Not an IPv4 address"),
  localhost = forbidden("localhost", "The word localhost in place of an address", NOTE),
  port = forbidden("port", "Not a port"),
  msgid = forbidden("msgid", "Not a msgID"),
  hid = forbidden("hid", "Not the Hash ID of its origin"),
  msid = forbidden("msid", "Not the MSID of this list"),
  twice = forbidden("twice", "One member stands in the list twice", WARN),
  length = forbidden("length", "Not the length of the content"),
  long = forbidden("long", "A sender refuses content of 500 bytes and more", WARN),
  ascii = forbidden("ascii", "Not ASCII: some programs die of it", NOTE),
  nul = forbidden("nul", "NUL bytes between frames", WARN),
  transport = forbidden("transport", "Over the wrong transport"),
  direction = forbidden("direction", "From the wrong side", nil, SEQUENCE),
  handshake = forbidden("handshake", "Out of the order of a handshake", nil, SEQUENCE),
  room = forbidden("room", "Of another room than the link"),
  outstanding = forbidden("outstanding", "A second request before the answer to the first", WARN, SEQUENCE),
  segment = forbidden("segment", "Not one request in one segment", WARN, SEQUENCE),
  unasked = forbidden("unasked", "Nothing has asked for this", WARN, SEQUENCE),
  late = forbidden("late", "The answer came late", NOTE, SEQUENCE),
  otherport = forbidden("otherport", "The answer comes from another port", NOTE, SEQUENCE),
  duplicate = forbidden("duplicate", "A duplicate: the receiver has had it", CHAT, SEQUENCE),
  incarnation = forbidden("incarnation", "Another message under an ID that was used", NOTE, SEQUENCE),
}
p2pchat.experts = e

---------------------------------------------------------------------------------------------------- preferences

p2pchat.prefs.ports = Pref.range(
  "TCP and UDP ports", "32340",
  "Always taken for P2PChat. Other ports are found by what goes over them, or by Decode As.", 65535)

p2pchat.prefs.waits = Pref.bool(
  "Wait for the rest of a TEXT by its length", true,
  "Its content may end a segment with an end mark. Without this, such a segment ends the TEXT: so a length that is "
  .. "too large is found in the last message of a connection, too.")

local tables = { DissectorTable.get("tcp.port"), DissectorTable.get("udp.port") }
local registered = ""

local function register_ports()
  local wanted = tostring(p2pchat.prefs.ports)
  if wanted == registered then return end
  for _, ports in ipairs(tables) do
    if registered ~= "" then ports:remove(registered, p2pchat) end
    if wanted ~= "" then ports:add(wanted, p2pchat) end
  end
  registered = wanted
end

p2pchat.prefs_changed = register_ports
for _, ports in ipairs(tables) do ports:add_for_decode_as(p2pchat) end
register_ports()

-------------------------------------------------------------------------------------------------------- Hash ID

local MULTIPLIER = UInt64(65599)
local hashes = {}

-- 64-bit sdbm, h = c + (h << 6) + (h << 16) - h, in decimal.
local function sdbm(text)
  local known = hashes[text]
  if known then return known end
  local hash = UInt64(0)
  for at = 1, #text do hash = hash * MULTIPLIER + UInt64(text:byte(at)) end
  local decimal = tostring(hash)
  hashes[text] = decimal
  return decimal
end

------------------------------------------------------------------------------------------ what the capture knows

local ip_source = Field.new("ip.src")
local ip_target = Field.new("ip.dst")
local tcp_stream = Field.new("tcp.stream")
local tcp_length = Field.new("tcp.len")
local tcp_completeness = Field.new("tcp.completeness")

-- By frame and place: what was found out about a frame of ours, see `facts_of`.
local facts
-- By number of the TCP stream.
local streams
-- Addresses that a name was seen with: user -> { ["ip:port"] = HID }.
local addresses
-- By origin and ID: every content that was seen, with its first frame.
local texts
-- What a peer has had: "ip:port" -> { [message] = frame }.
local had
-- Pokes that wait for their ACK: "from > to" -> list of facts.
local pokes

function p2pchat.init()
  facts, streams, addresses, texts, had, pokes, hashes = {}, {}, {}, {}, {}, {}, {}
end

local function remember(user, ip, port)
  local own = addresses[user] or {}
  addresses[user] = own
  own[ip .. ":" .. port] = sdbm(user .. ip .. port)
end

local function stream_of(number)
  local stream = streams[number]
  if not stream then
    local completeness = tcp_completeness()
    -- Bit 0: the SYN was seen.
    local has_beginning = completeness ~= nil and completeness.value % 2 == 1
    stream = { has_beginning = has_beginning, requests = {}, peers = {} }
    streams[number] = stream
  end
  return stream
end

local function note(fact, which, words)
  fact.notes[#fact.notes + 1] = { which, words }
end

-- Two facts, of a question and of its answer.
local function link(question, answer)
  question.response_in = answer.number
  answer.request_in = question.number
  answer.response_time = answer.time - question.time
end

------------------------------------------------------------------- the order of things, on the way through once

-- On a connection to a room server: one request, one answer.
local function follow_request(fact, stream)
  if stream.request_frame == fact.number then
    note(fact, e.segment, "Two requests in one segment: the original room server answers both with one F")
  end
  stream.request_frame = fact.number
  if fact.is_split then
    note(fact, e.segment, "A request in several segments: the original room server answers each piece with F")
  end
  if #stream.requests > 0 then
    note(fact, e.outstanding, ("%s while the %s of frame %d waits for its answer"):format(
      fact.letter, stream.requests[1].letter, stream.requests[1].number))
  end
  stream.requests[#stream.requests + 1] = fact
end

local function follow_answer(fact, stream)
  local asked = stream.requests[1]
  if not asked then
    if stream.has_beginning then note(fact, e.unasked, fact.letter .. " answers no request") end
    return
  end
  if not ANSWERS[fact.letter][asked.letter] then
    note(fact, e.unasked, ("%s is no answer to the %s of frame %d"):format(fact.letter, asked.letter, asked.number))
    return
  end
  table.remove(stream.requests, 1)
  link(asked, fact)
end

local function follow_room_server(fact, stream)
  local is_from_client = fact.from == stream.client
  local letter = fact.letter
  if letter == "P" or letter == "T" or IS_DATAGRAM[letter] or (letter == "S" and fact.msgid) then
    note(fact, e.direction, letter .. " does not belong on a connection to a room server")
  elseif IS_REQUEST[letter] then
    if is_from_client then follow_request(fact, stream)
    else note(fact, e.direction, letter .. " is a request, and comes from the room server") end
  elseif is_from_client then
    note(fact, e.direction, letter .. " is an answer of a room server, and comes from a peer")
  else
    follow_answer(fact, stream)
  end
end

local function follow_handshake(fact, stream)
  if stream.handshake then
    note(fact, e.handshake, ("A second P: the first one was in frame %d"):format(stream.handshake.number))
    return
  end
  stream.handshake = fact
  stream.room = fact.room
  -- Who dials says where it listens; who is dialled listens there.
  stream.peers[fact.from] = fact.address
  stream.peers[fact.to] = fact.to
end

local function follow_handshake_ok(fact, stream)
  local asked = stream.handshake
  if not asked then
    if stream.has_beginning then note(fact, e.handshake, "S without a P before it") end
  elseif asked.from == fact.from then
    note(fact, e.direction, "S comes from the side that has sent P")
  elseif stream.answer then
    note(fact, e.handshake, ("A second S: the first one was in frame %d"):format(stream.answer.number))
  else
    stream.answer = fact
    link(asked, fact)
  end
end

-- A message is known by its origin, its ID and what it says.
local function follow_copies(fact, stream)
  local said = texts[fact.origin .. ":" .. fact.id] or { count = 0, firsts = {} }
  texts[fact.origin .. ":" .. fact.id] = said
  local first = said.firsts[fact.content]
  if first then
    first.copies = first.copies + 1
    fact.first_in = first.number
    fact.copy = first.copies
  else
    if said.count > 0 then
      note(fact, e.incarnation, ("%s has said something else under this msgID: it counts anew"):format(fact.user))
    end
    said.count = said.count + 1
    said.firsts[fact.content] = { number = fact.number, copies = 1 }
    fact.copy = 1
  end
  local message = fact.origin .. ":" .. fact.id .. ":" .. fact.content
  local sender, receiver = stream.peers[fact.from], stream.peers[fact.to]
  local function had_by(peer)
    had[peer] = had[peer] or {}
    return had[peer]
  end
  if sender then had_by(sender)[message] = had_by(sender)[message] or fact.number end
  if not receiver then return end
  local since = had_by(receiver)[message]
  if since then
    fact.duplicate_of = since
    note(fact, e.duplicate, "A duplicate: the receiver has had it")
  else
    had_by(receiver)[message] = fact.number
  end
end

local function follow_text(fact, stream)
  if stream.has_beginning and not stream.answer then
    note(fact, e.handshake, stream.handshake and "T before the S" or "T before a handshake")
  end
  if stream.room and fact.room and fact.room ~= stream.room then
    note(fact, e.room, ("The link is of the room %s, and this is of %s"):format(stream.room, fact.room))
  end
  if fact.content then follow_copies(fact, stream) end
end

local function follow_link(fact, stream)
  local letter = fact.letter
  if letter == "P" then follow_handshake(fact, stream)
  elseif letter == "S" then follow_handshake_ok(fact, stream)
  elseif letter == "T" then follow_text(fact, stream)
  elseif letter == "F" then
    note(fact, e.direction, "F between peers: on an error there is no answer, and the connection is closed")
  else
    note(fact, e.direction, letter .. " does not belong on a link between peers")
  end
end

local function follow_tcp(fact)
  local stream = stream_of(fact.stream)
  local letter = fact.letter
  if IS_DATAGRAM[letter] then
    note(fact, e.transport, FRAME_NAMES[letter] .. " goes by UDP, and this is TCP")
    return
  end
  if not stream.kind then
    local is_link = letter == "P" or letter == "T" or letter == "S"
    stream.kind = is_link and "link" or "room server"
    stream.client = IS_REQUEST[letter] and fact.from or fact.to
  end
  if stream.kind == "link" then follow_link(fact, stream) else follow_room_server(fact, stream) end
end

local function waiting_poke(fact)
  local waiting = pokes[fact.to .. ">" .. fact.from]
  if waiting and #waiting > 0 then return table.remove(waiting, 1) end
  -- From another port of the same host.
  local host = fact.from:match("^(.*):")
  for way, others in pairs(pokes) do
    local poker, poked = way:match("^(.*)>(.*):%d+$")
    if poker == fact.to and poked == host and #others > 0 then
      note(fact, e.otherport, "The ACK comes from another port than the one that was poked")
      return table.remove(others, 1)
    end
  end
end

local function follow_udp(fact)
  if fact.letter == "K" then
    local way = fact.from .. ">" .. fact.to
    pokes[way] = pokes[way] or {}
    table.insert(pokes[way], fact)
  elseif fact.letter == "A" then
    local poke = waiting_poke(fact)
    if not poke then
      note(fact, e.unasked, "A answers no poke of this capture")
      return
    end
    link(poke, fact)
    if fact.response_time > ACK_SECONDS then
      note(fact, e.late, ("The ACK came after %.3f s: who pokes waits for %d s"):format(
        fact.response_time, ACK_SECONDS))
    end
  else
    note(fact, e.transport, FRAME_NAMES[fact.letter] .. " goes by TCP, and this is UDP")
  end
end

-------------------------------------------------------------------------------------------------- one frame shown

-- The fields of a frame with their places, between colons. `at` is the place of the first byte, from 0.
local function split(body)
  local found, at = {}, 1
  while true do
    local colon = body:find(":", at, true)
    local stop = colon and colon - 1 or #body
    found[#found + 1] = { text = body:sub(at, stop), at = at - 1, size = stop - at + 1 }
    if not colon then return found end
    at = colon + 1
  end
end

-- One frame while it is being shown.
local Shown = {}
Shown.__index = Shown

-- A field that is there. @return its item.
function Shown:add(field, part, value, tree)
  return (tree or self.tree):add(field, self.range(part.at, part.size), value or part.text)
end

function Shown:name(field, part, what, tree)
  local item = self:add(field, part, nil, tree)
  if #part.text < 1 or #part.text > NAME_MAX_CHARACTERS or part.text:find("[^!-~]") then
    item:add_proto_expert_info(e.name,
      ("%s is one word of 1 to 32 printable ASCII characters without \":\""):format(what))
  end
end

function Shown:ip(part, tree)
  local item = self:add(f.ip, part, nil, tree)
  if part.text == "localhost" then
    item:add_proto_expert_info(e.localhost)
    return
  end
  local octets = { part.text:match("^(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)$") }
  local is_address = #octets == 4
  for _, octet in ipairs(octets) do is_address = is_address and tonumber(octet) <= 255 end
  if not is_address then item:add_proto_expert_info(e.ip, "The IP is an IPv4 address in dotted decimal") end
end

function Shown:port(part, tree)
  local number = part.text:match("^%d%d?%d?%d?%d?$") and tonumber(part.text)
  local item = number and self:add(f.port, part, number, tree) or self:add(f.other, part, nil, tree)
  if not number or number < 1 or number > 65535 then
    item:add_proto_expert_info(e.port, "The port is a number from 1 to 65535")
  end
end

-- A decimal integer of at most 64 bits; nothing where it is none.
local function integer(text)
  if not text:match("^%d+$") or #text > 20 then return nil end
  if #text == 20 and text > "18446744073709551615" then return nil end
  return UInt64(text)
end

function Shown:msgid(part)
  local number = integer(part.text)
  if number then self:add(f.msgid, part, number)
  else self:add(f.other, part):add_proto_expert_info(e.msgid, "The msgID is a decimal integer") end
end

function Shown:generated(field, value)
  local item = self.tree:add(field, value)
  item:set_generated()
  return item
end

-- user, IP and port from `parts[from]` on. @return nothing where one is missing.
function Shown:address(parts, from, tree)
  local user, ip, port = parts[from], parts[from + 1], parts[from + 2]
  if user then self:name(f.user, user, "A user", tree) end
  if ip then self:ip(ip, tree) end
  if port then self:port(port, tree) end
  if not (user and ip and port) then return nil end
  local hash = sdbm(user.text .. ip.text .. port.text)
  local item = (tree or self.tree):add(f.hid, hash)
  item:set_generated()
  return { user = user.text, ip = ip.text, port = port.text, hid = hash }
end

-- What stands beyond the fields that the frame has, and what is not there.
function Shown:count(parts, wanted, names)
  for place = wanted + 1, #parts do self:add(f.other, parts[place]) end
  if #parts == wanted then return end
  self.item:add_proto_expert_info(e.fields, ("%s has %d fields (%s), and this has %d"):format(
    FRAME_NAMES[self.fact.letter], wanted, names, #parts))
end

local show = {}

function show.L(self, parts) self:count(parts, 1, "type") end

function show.A(self, parts) self:count(parts, 1, "type") end

function show.G(self, parts)
  local rooms = {}
  for place = 2, #parts do
    self:name(f.room, parts[place], "A room")
    rooms[#rooms + 1] = parts[place].text
  end
  self.words = table.concat(rooms, ", ")
end

function show.J(self, parts)
  self:count(parts, 5, "type, room, user, IP, port")
  if parts[2] then self:name(f.room, parts[2], "A room") end
  local who = self:address(parts, 3)
  if not who then return end
  if not self.is_visited then remember(who.user, who.ip, who.port) end
  self.words = ("%s %s (%s:%s)"):format(parts[2].text, who.user, who.ip, who.port)
end

show.D = show.J

function show.M(self, parts)
  local body, seen, count = {}, {}, 0
  for place = 3, #parts, 3 do
    local first, last = parts[place], parts[math.min(place + 2, #parts)]
    local range = self.range(first.at, last.at + last.size - first.at)
    local branch = self.tree:add(f.member, range, first.text)
    local who = self:address(parts, place, branch)
    if who then
      count = count + 1
      body[#body + 1] = ("%s:%s:%s:"):format(who.user, who.ip, who.port)
      if seen[who.hid] then branch:add_proto_expert_info(e.twice) end
      seen[who.hid] = true
      if not self.is_visited then remember(who.user, who.ip, who.port) end
    else
      branch:add_proto_expert_info(e.fields, "A member has a user, an IP and a port")
    end
  end
  self:generated(f.members, count)
  self.words = ("%d member%s"):format(count, count == 1 and "" or "s")
  if not parts[2] then
    self.item:add_proto_expert_info(e.fields, "MEMBERS begins with the MSID")
    return
  end
  local item = self:add(f.msid, parts[2])
  local right = sdbm(table.concat(body))
  if parts[2].text ~= right then
    self:generated(f.msid_right, right)
    item:add_proto_expert_info(e.msid, "The MSID is the sdbm of the members as they stand here: " .. right)
  end
end

function show.F(self, parts)
  if not parts[2] or #self.body < 3 then
    self.item:add_proto_expert_info(e.fields, "FAIL has an error message")
    return
  end
  self:add(f.message, { at = 2, size = #self.body - 2, text = self.body:sub(3) })
  self.words = self.body:sub(3)
end

function show.P(self, parts)
  self:count(parts, 6, "type, room, user, IP, port, msgID")
  if parts[2] then self:name(f.room, parts[2], "A room") end
  local who = self:address(parts, 3)
  if parts[6] then self:msgid(parts[6]) end
  if not who then return end
  self.fact.room = parts[2].text
  self.fact.address = (who.ip == "localhost" and "127.0.0.1" or who.ip) .. ":" .. who.port
  if not self.is_visited then remember(who.user, who.ip, who.port) end
  self.words = ("%s %s (%s:%s) #%s"):format(parts[2].text, who.user, who.ip, who.port,
    parts[6] and parts[6].text or "?")
end

-- Without a field it is the room server's answer to DEPART.
function show.S(self, parts)
  if #parts == 1 then
    self.name_shown = "DEPART OK"
    return
  end
  self:count(parts, 2, "type, msgID")
  self:msgid(parts[2])
  self.fact.msgid = parts[2].text
  self.words = "#" .. parts[2].text
end

function show.K(self, parts)
  self:count(parts, 3, "type, room, user")
  if parts[2] then self:name(f.room, parts[2], "A room") end
  if parts[3] then self:name(f.user, parts[3], "A user") end
  self.words = ("%s %s"):format(parts[2] and parts[2].text or "?", parts[3] and parts[3].text or "?")
end

-- What the Info column can show.
local function on_one_line(content)
  local front = content:sub(1, INFO_MAX_BYTES):gsub("[%c\128-\255]", ".")
  return #content > INFO_MAX_BYTES and front .. "…" or front
end

-- The HID against the addresses that the name was seen with.
local function check_origin(self, item, hid, user)
  local known = addresses[user]
  if not integer(hid) then
    item:add_proto_expert_info(e.hid, "The originHID is the Hash ID of the origin, a decimal integer of 64 bits")
  elseif self.fact.origin_address then
    self:generated(f.origin_address, self.fact.origin_address)
  elseif self.fact.wrong_origin then
    item:add_proto_expert_info(e.hid, self.fact.wrong_origin)
  elseif known and not self.is_visited then
    local names = {}
    for address, hash in pairs(known) do
      if hash == hid then self.fact.origin_address = address end
      names[#names + 1] = ("%s%s (%s)"):format(user, (address:gsub(":", "")), hash)
    end
    table.sort(names)
    if not self.fact.origin_address then
      self.fact.wrong_origin = "The originHID is not the hash of " .. table.concat(names, ", nor of ")
    end
    check_origin(self, item, hid, user)
  end
end

function show.T(self, parts)
  if #parts < 7 then
    for place = 2, #parts do self:add(f.other, parts[place]) end
    self.item:add_proto_expert_info(e.fields,
      ("TEXT has 7 fields (type, room, originHID, originUser, msgID, msgLength, content), and this has %d"):format(
        #parts))
    return
  end
  self:name(f.room, parts[2], "A room")
  local hid = self:add(f.origin_hid, parts[3])
  self:name(f.origin_user, parts[4], "A user")
  check_origin(self, hid, parts[3].text, parts[4].text)
  self:msgid(parts[5])
  local at = parts[7].at
  local size = #self.body - at
  local length = integer(parts[6].text)
  local item = length and self:add(f.length, parts[6], length) or self:add(f.other, parts[6])
  if tostring(length) ~= tostring(size) and tonumber(parts[6].text) ~= size then
    item:add_proto_expert_info(e.length,
      ("msgLength is %s, and the content has %d bytes"):format(parts[6].text, size))
  end
  local content = self.body:sub(at + 1)
  local shown = self.tree:add(f.content, self.range(at, size), self.range(at, size):string(ENC_UTF_8))
  if size >= CONTENT_END_BYTES then shown:add_proto_expert_info(e.long) end
  if content:find("[\128-\255]") then shown:add_proto_expert_info(e.ascii) end
  local fact = self.fact
  fact.room, fact.origin, fact.user = parts[2].text, parts[3].text, parts[4].text
  fact.id, fact.content = parts[5].text, content
  self.words = ("%s #%s: %s"):format(fact.user, fact.id, on_one_line(content))
end

-- What other frames say of this one.
local function show_facts(self)
  local fact = self.fact
  if fact.response_in then self:generated(f.response_in, fact.response_in) end
  if fact.request_in then
    self:generated(f.request_in, fact.request_in)
    local seconds = math.floor(fact.response_time)
    local rest = math.floor((fact.response_time - seconds) * 1e9 + 0.5)
    self:generated(f.response_time, NSTime.new(seconds, rest))
  end
  if fact.first_in then self:generated(f.first_in, fact.first_in) end
  if fact.copy then self:generated(f.copy, fact.copy) end
  if fact.duplicate_of then self:generated(f.duplicate_of, fact.duplicate_of) end
  for _, each in ipairs(fact.notes) do self.item:add_proto_expert_info(each[1], each[2]) end
end

-- An address in dotted decimal, also where Wireshark shows names; the innermost where there are several.
local function host_of(field, shown)
  local found = { field() }
  if #found == 0 then return tostring(shown) end
  local octets = found[#found].range
  return ("%d.%d.%d.%d"):format(octets(0, 1):uint(), octets(1, 1):uint(), octets(2, 1):uint(), octets(3, 1):uint())
end

-- What is known of a frame: made when it is met for the first time.
local function facts_of(tvb, pinfo, at, size)
  local key = table.concat({ pinfo.number, tvb:len(), at, tvb:raw(at, size) }, ",")
  local known = facts[key]
  if known and pinfo.visited then return known, true end
  local stream, segment = tcp_stream(), tcp_length()
  local fact = {
    number = pinfo.number,
    time = pinfo.abs_ts,
    from = host_of(ip_source, pinfo.src) .. ":" .. pinfo.src_port,
    to = host_of(ip_target, pinfo.dst) .. ":" .. pinfo.dst_port,
    stream = stream and stream.value,
    letter = tvb:raw(at, 1),
    is_split = segment ~= nil and at == 0 and tvb:len() > segment.value,
    notes = {},
  }
  facts[key] = fact
  return fact, false
end

-- Shows the frame of `size` bytes at `at`. @return what the Info column says of it.
local function show_frame(tvb, pinfo, tree, at, size)
  local fact, is_visited = facts_of(tvb, pinfo, at, size)
  local is_udp = fact.stream == nil
  local name = FRAME_NAMES[fact.letter]
  local item = tree:add(p2pchat, tvb(at, size))
  local self = setmetatable({
    fact = fact, is_visited = is_visited, item = item, tree = item,
    body = tvb:raw(at, size - #END_MARK),
    range = function(from, length) return tvb(at + from, length) end,
  }, Shown)
  local parts = split(self.body)
  item:add(f.type, tvb(at, 1), fact.letter):append_text((" (%s)"):format(name))
  show[fact.letter](self, parts)
  if not is_visited then
    if is_udp then follow_udp(fact) else follow_tcp(fact) end
  end
  show_facts(self)
  local said = self.name_shown or name
  local words = self.words and (said .. " " .. self.words) or said
  item:set_text("P2PChat, " .. words)
  return words
end

------------------------------------------------------------------------------------------------ bytes into frames

local TEXT_FRONT = "^T:[^:]*:[^:]*:[^:]*:[^:]*:(%d+):()"
local TEXT_WITHIN = "T:[!-9;-~]+:%d+:[!-9;-~]+:%d+:%d+:"

local function begins_frame(bytes, at)
  local letter, colon = bytes:match("^(%u)(:)", at)
  return colon ~= nil and FRAME_NAMES[letter] ~= nil
end

-- A TEXT by its length. @return the place behind it; nothing where it is not whole.
local function text_end(bytes, at)
  local length, content = bytes:match(TEXT_FRONT, at)
  if not length then return nil end
  local size = tonumber(length)
  local behind = content + size + #END_MARK
  if size <= CONTENT_MAX_BYTES then
    if bytes:sub(behind - #END_MARK, behind - 1) == END_MARK then return behind end
    if behind > #bytes + 1 then
      if not p2pchat.prefs.waits and bytes:sub(-#END_MARK) == END_MARK then return #bytes + 1 end
      if size < CONTENT_END_BYTES then return nil end
      -- Not whole, or its length is far too large: then a frame begins behind an end mark of before that.
      local mark = bytes:find(END_MARK, content, true)
      while mark and not begins_frame(bytes, mark + #END_MARK) do mark = bytes:find(END_MARK, mark + 1, true) end
      if not mark then return nil end
      return mark + #END_MARK
    end
  end
  local mark = bytes:find(END_MARK, content, true)
  return mark and mark + #END_MARK
end

-- The next thing in these bytes: "frame", "unknown" or "nul", and the place behind it; nothing where it is not whole.
local function next_thing(bytes, at)
  if bytes:byte(at) == 0 then return "nul", bytes:find("[^%z]", at) or #bytes + 1 end
  local is_frame = begins_frame(bytes, at)
  if is_frame and bytes:sub(at, at) == "T" then
    local behind = text_end(bytes, at)
    if behind or bytes:match(TEXT_FRONT, at) then return behind and "frame", behind end
  end
  local mark = bytes:find(END_MARK, at, true)
  local nul = bytes:find("%z", at)
  -- A C string's end, and the rest of an older frame in front of it.
  if nul and (not mark or nul < mark) then return "unknown", nul end
  local within = bytes:find(TEXT_WITHIN, at + 1)
  if not is_frame and within and (not mark or within < mark) then return "unknown", within end
  if not mark then return nil end
  return is_frame and "frame" or "unknown", mark + #END_MARK
end

local function show_unknown(tvb, tree, at, size, what)
  local item = tree:add(p2pchat, tvb(at, size))
  item:add(f.unknown, tvb(at, size))
  if what == "nul" then item:add_proto_expert_info(e.nul)
  else item:add_proto_expert_info(e.unknown) end
  local words = what == "nul" and "NUL" or "no frame"
  item:set_text(("P2PChat, %s (%d bytes)"):format(words, size))
  return words
end

function p2pchat.dissector(tvb, pinfo, tree)
  local bytes = tvb:raw()
  local infos, at = {}, 1
  local is_tcp = pinfo.port_type == 2
  pinfo.cols.protocol = "P2PChat"
  while at <= #bytes do
    local what, behind = next_thing(bytes, at)
    if not what and is_tcp and pinfo.can_desegment > 0 and tvb:len() == tvb:reported_len() then
      pinfo.desegment_offset = at - 1
      pinfo.desegment_len = DESEGMENT_ONE_MORE_SEGMENT
      break
    end
    if not what then what, behind = "unknown", #bytes + 1 end
    local size = behind - at
    infos[#infos + 1] = what == "frame" and show_frame(tvb, pinfo, tree, at - 1, size)
      or show_unknown(tvb, tree, at - 1, size, what)
    at = behind
  end
  if #infos > 0 then
    pinfo.cols.info:clear()
    pinfo.cols.info:append(table.concat(infos, " | ") .. " ")
    -- Another part of the same packet is put behind it.
    pinfo.cols.info:fence()
  end
  return tvb:len()
end

------------------------------------------------------------------------------------------------------- heuristics

local NAME = "[!-9;-~]+"
local BEGINNINGS = {
  "^L::\r\n",
  "^G:" .. NAME .. ":",
  "^G::\r\n",
  "^M:%d+:" .. NAME .. ":[%w.]+:%d+:",
  "^F:[A-Z][!-~ ]*::\r\n",
  "^[JD]:" .. NAME .. ":" .. NAME .. ":[%w.]+:%d+::\r\n",
  "^P:" .. NAME .. ":" .. NAME .. ":[%w.]+:%d+:",
  "^S:%d+::\r\n",
  "^T:" .. NAME .. ":" .. NAME .. ":" .. NAME .. ":%d+:%d+:",
  -- Cut off within a field.
  "^[JPT]:" .. NAME .. ":" .. NAME .. "$",
  "^[JPT]:" .. NAME .. ":" .. NAME .. ":[!-~]*$",
}
local DATAGRAMS = { "^K:" .. NAME .. ":" .. NAME .. "::\r\n$", "^A::\r\n$" }
-- Names, an address and numbers: enough to know a frame by.
local LOOKED_AT_BYTES = 256

local function guess(beginnings)
  return function(tvb, pinfo, tree)
    local front = tvb:raw(0, math.min(tvb:len(), LOOKED_AT_BYTES))
    for _, pattern in ipairs(beginnings) do
      if front:match(pattern) then
        pinfo.conversation = p2pchat
        p2pchat.dissector(tvb, pinfo, tree)
        return true
      end
    end
    return false
  end
end

p2pchat:register_heuristic("tcp", guess(BEGINNINGS))
p2pchat:register_heuristic("udp", guess(DATAGRAMS))
