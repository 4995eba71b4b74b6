"""A small peer with the windows and buttons of the assignment's P2PChat-UI.py, for the test of the shim."""
import socket
import sys
import threading
from tkinter import *

HOST, PORT, MYPORT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
END_MARK = "::\r\n"
state = {"user": "", "room": "", "members": [], "server": None}
lock = threading.Lock()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", MYPORT))


def ask(request):
    with lock:
        if state["server"] is None:
            state["server"] = socket.create_connection((HOST, PORT))
        state["server"].sendall(request.encode("ascii"))
        answer = b""
        while not answer.endswith(END_MARK.encode("ascii")):
            answer += state["server"].recv(1000)
        return answer.decode("ascii")[: -len(END_MARK)].split(":")


def join():
    answer = ask("J:%s:%s:127.0.0.1:%d%s" % (state["room"], state["user"], MYPORT, END_MARK))
    if answer[0] != "M":
        CmdWin.insert(1.0, "\nRefused: " + answer[1])
        return False
    state["members"] = [tuple(answer[at : at + 3]) for at in range(2, len(answer), 3)]
    return True


def serve_pokes():
    while True:
        data, address = udp.recvfrom(1000)
        fields = data.decode("ascii").split(":")
        if fields[0] == "K" and fields[1] == state["room"]:
            udp.sendto(("A" + END_MARK).encode("ascii"), address)
            MsgWin.insert(1.0, "\n%s pokes you" % fields[2])


def do_User():
    name = userentry.get()
    userentry.delete(0, END)
    if state["room"]:
        CmdWin.insert(1.0, "\nIn a room already")
    elif not name:
        CmdWin.insert(1.0, "\nGive a name")
    else:
        state["user"] = name
        CmdWin.insert(1.0, "\n[User] username: " + name)


def do_List():
    rooms = ask("L" + END_MARK)[1:]
    CmdWin.insert(1.0, "\nRooms: " + (", ".join(room for room in rooms if room) or "none"))


def do_Join():
    name = userentry.get()
    if state["room"] or not state["user"] or not name:
        CmdWin.insert(1.0, "\nCan't join")
        return
    state["room"] = name
    if not join():
        state["room"] = ""
        return
    for member in state["members"]:
        CmdWin.insert(1.0, "\nMember " + " ".join(member))


def do_Send():
    print("a line of debugging")
    CmdWin.insert(1.0, "\nNot written yet")


def do_Poke():
    CmdWin.insert(1.0, "\nNot written yet")


def do_Quit():
    if state["server"] is not None:
        state["server"].close()
    sys.exit(0)


win = Tk()
win.title("MyP2PChat")
topframe = Frame(win, relief=RAISED, borderwidth=1)
topframe.pack(fill=BOTH, expand=True)
topscroll = Scrollbar(topframe)
MsgWin = Text(topframe, height="15", padx=5, pady=5, fg="red", exportselection=0, insertofftime=0)
MsgWin.pack(side=LEFT, fill=BOTH, expand=True)
topscroll.pack(side=RIGHT, fill=Y, expand=True)
MsgWin.config(yscrollcommand=topscroll.set)
topscroll.config(command=MsgWin.yview)
topmidframe = Frame(win, relief=RAISED, borderwidth=1)
topmidframe.pack(fill=X, expand=True)
for text, command in (("User", do_User), ("List", do_List), ("Join", do_Join), ("Send", do_Send)):
    Button(topmidframe, width="6", relief=RAISED, text=text, command=command).pack(side=LEFT, padx=8, pady=8)
Button(topmidframe, width="6", text="Poke", command=do_Poke).pack(side=LEFT)
Button(topmidframe, width="6", text="Quit", command=do_Quit).pack(side=LEFT)
userentry = Entry(win, fg="blue")
userentry.pack(fill=X, padx=4, pady=4, expand=True)
CmdWin = Text(win, height="15", padx=5, pady=5, exportselection=0, insertofftime=0)
CmdWin.pack(side=LEFT, fill=BOTH, expand=True)
threading.Thread(target=serve_pokes, daemon=True).start()
win.mainloop()
