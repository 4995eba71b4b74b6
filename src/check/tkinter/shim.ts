/**
 * Stands in for Python's `tkinter`, so that a program like the assignment's runs without a display: its
 * buttons are pressed by lines on standard input, what it inserts into its two windows comes out on standard
 * output. Every other widget and method does nothing. The first Text is the Message window, the second one
 * the Command window, as in the assignment's P2PChat-UI.py. What the program prints itself goes to standard
 * error.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Words } from '../stage/words.ts';

/** A line for a program behind the shim: the button's text, a tab, what stands in the field. */
export const TKINTER_WORDS: Words = {
  lines: {
    user: 'User\t{}',
    list: 'List\t',
    join: 'Join\t{}',
    send: 'Send\t{}',
    poke: 'Poke\t{}',
    quit: 'Quit\t',
  },
  message: '[msg] ',
};

const SHIM = String.raw`
import heapq, itertools, queue, sys, threading, time

_out = sys.stdout
sys.stdout = sys.stderr
_lock = threading.Lock()
_windows = []
_buttons = {}
_entries = []
_events = queue.Queue()
_timers = []
_serial = itertools.count()
_over = threading.Event()

def _show(window, text):
    with _lock:
        for line in str(text).strip("\n").split("\n"):
            _out.write("[%s] %s\n" % ("msg" if window == 0 else "cmd", line))
        _out.flush()

class TclError(Exception):
    pass

class _Any:
    def __init__(self, *args, **options):
        self._options = dict(options)
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **options: None
    def __setitem__(self, name, value):
        self._options[name] = value
    def __getitem__(self, name):
        return self._options.get(name)
    def after(self, ms, call=None, *args):
        identity = next(_serial)
        if call is not None:
            heapq.heappush(_timers, (time.monotonic() + ms / 1000, identity, call, args))
            _events.put(None)
        return identity
    def after_cancel(self, identity):
        _timers[:] = [timer for timer in _timers if timer[1] != identity]
        heapq.heapify(_timers)
    def destroy(self):
        _over.set()
        _events.put(None)
    quit = destroy
    def mainloop(self, n=0):
        _loop()

class Tk(_Any):
    pass

class Text(_Any):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._number = len(_windows)
        _windows.append(self)
    def insert(self, index, text, *tags):
        _show(self._number, text)
    def get(self, *args):
        return ""

class Entry(_Any):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._text = ""
        _entries.append(self)
    def get(self):
        return self._text
    def insert(self, index, text):
        self._text = str(text)
    def delete(self, first, last=None):
        self._text = ""

class Button(_Any):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._note(options)
    def _note(self, options):
        name = str(options.get("text", self._options.get("text", ""))).strip()
        self._options.update(options)
        if name:
            _buttons[name] = self
    def config(self, **options):
        self._note(options)
    configure = config
    def invoke(self):
        call = self._options.get("command")
        return call() if callable(call) else None

class _Variable(_Any):
    def __init__(self, *args, value="", **options):
        super().__init__(**options)
        self._value = value
    def get(self):
        return self._value
    def set(self, value):
        self._value = value

StringVar = IntVar = DoubleVar = BooleanVar = _Variable
Frame = Label = Scrollbar = LabelFrame = PanedWindow = Canvas = Listbox = Menu = Toplevel = Message = _Any
Checkbutton = Radiobutton = Scale = Spinbox = PhotoImage = _Any

END, INSERT, SEL = "end", "insert", "sel"
LEFT, RIGHT, TOP, BOTTOM, BOTH, X, Y, NONE = "left", "right", "top", "bottom", "both", "x", "y", "none"
N, S, E, W, NE, NW, SE, SW, NS, EW, NSEW, CENTER = "n", "s", "e", "w", "ne", "nw", "se", "sw", "ns", "ew", "nsew", "center"
RAISED, SUNKEN, FLAT, GROOVE, RIDGE, SOLID = "raised", "sunken", "flat", "groove", "ridge", "solid"
NORMAL, DISABLED, ACTIVE, HORIZONTAL, VERTICAL, WORD, CHAR = "normal", "disabled", "active", "horizontal", "vertical", "word", "char"

def _press(line):
    name, _, typed = line.partition("\t")
    for entry in _entries[:1]:
        entry._text = typed
    button = _buttons.get(name)
    if button is None:
        _show(1, "no button " + name)
    else:
        button.invoke()

def _read():
    for line in sys.stdin:
        _events.put(line.rstrip("\n"))

def _loop():
    threading.Thread(target=_read, daemon=True).start()
    while not _over.is_set():
        wait = max(0, _timers[0][0] - time.monotonic()) if _timers else None
        try:
            line = _events.get(timeout=wait)
        except queue.Empty:
            line = None
        while _timers and _timers[0][0] <= time.monotonic():
            _, _, call, args = heapq.heappop(_timers)
            call(*args)
        if line is not None and not _over.is_set():
            _press(line)

def mainloop(n=0):
    _loop()
`;

/** Modules of tkinter that programs import besides; they have nothing of their own. */
const MODULES = ['ttk', 'messagebox', 'scrolledtext', 'font', 'filedialog', 'simpledialog', 'constants'];
const MODULE = `from tkinter import *
from tkinter import Text as ScrolledText, _Any as Font
def __getattr__(name):
    return lambda *args, **options: None
`;

/** The shim in a folder of its own. */
interface InstalledShim {
  /** What a Python has to be started with. */
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

/** Writes the shim where a Python finds it before its own tkinter. */
export function installShim(): InstalledShim {
  const folder = mkdtempSync(join(tmpdir(), 'p2pchat-tkinter-'));
  const module = join(folder, 'tkinter');
  mkdirSync(module);
  writeFileSync(join(module, '__init__.py'), SHIM);
  for (const name of MODULES) writeFileSync(join(module, `${name}.py`), MODULE);
  const before = process.env.PYTHONPATH;
  const path = before ? `${folder}:${before}` : folder;
  return {
    env: { PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '1' },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
