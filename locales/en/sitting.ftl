sittings-empty = No exam rooms yet
sittings-empty-hint = Once the seat plan is confirmed, every room of every sitting is listed here with who has come.
sittings-to-plan = See the seat plan
sitting-rooms = Rooms of this sitting
sitting-room = Room
sitting-room-number = Exam room { $n }
sitting-all-rooms = All rooms
sitting-note-rooms = { $n ->
    [one] 1 room closed
   *[other] { $n } rooms closed
}
seat-not-yet = Not yet
seat-in = In
seat-working = Working
seat-handed-in = Handed in
seat-absent = Absent
seat-check-in = Check in
seat-new-code = New code
seat-mark-absent = Mark as absent
seat-withdraw-absence = Withdraw absence
seat-change-machine = Change machine
seat-change-sure = After the change the old machine can save no more answers. Change the machine?
seat-marked-absent = Marked as absent.
seat-absence-withdrawn = The mark of absence is withdrawn.
room-is-open = Open
room-is-closed = Closed
room-seats = Seats of this room
room-seat = Seat
room-candidate = Candidate
room-form = Form
room-actions = Actions
room-photo-of = Photo of { $a }
room-close = Record of the room
room-close-computer = { $n ->
    [one] 1 candidate is not checked in. Closing the record marks whoever is not checked in as absent; after that nothing can be changed.
   *[other] { $n } candidates are not checked in. Closing the record marks whoever is not checked in as absent; after that nothing can be changed.
}
room-close-paper = { $n ->
    [one] 1 candidate is not marked. Closing the record marks whoever is not marked as absent as present; after that nothing can be changed.
   *[other] { $n } candidates are not marked. Closing the record marks whoever is not marked as absent as present; after that nothing can be changed.
}
room-close-sure = After closing, nothing about who came to this room can be changed. Close it?
room-close-do = Close the record
room-closed = The record of the room is closed.
room-closed-at = The record of this room was closed at { $a }.
room-expected = Expected: { $n }.
room-present = Present: { $n }.
room-absent = Absent: { $n }.
code-title = Check-in code
code-explain = Tell it to the candidate in person. The code is shown only this once and ends when the candidate begins; a new one can be made on the page of the room.
code-back = Back to the room
hall-title = Exam computer
hall-admission-number = Admission number
hall-code = Check-in code
hall-code-hint = The 6 letters and digits the invigilator told you at check-in
hall-enter = Enter the exam
hall-wrong = The admission number or the code is wrong, or the code has ended. Check both; if it still fails, raise your hand and ask the invigilator for a new code.
hall-other-browser = This attempt can be worked on at its seat only, and this browser is not the one that signed in there. Go back to the exam computer at the seat; to change computers, raise your hand and ask the invigilator for a new code.
hall-help = If anything is wrong, raise your hand and stay at your seat.
attempt-needs-script = The exam page needs JavaScript. Raise your hand and tell the invigilator.
sitting-plan-not-confirmed = The seat plan is not confirmed, so nobody can be registered as present or absent. The exam officer must confirm it first.
sitting-room-closed = The record of this room is closed and cannot be changed any more.
sitting-over = The time of this sitting is over; nobody can be checked in any more.
sitting-not-begun = This sitting has not begun, so the record of the room cannot be closed. Close it after the start.
sitting-not-on-computer = This sitting is not on computers and needs no code. Mark who is absent on the page of the room, then close its record.
sitting-no-form = No form is locked for this candidate's level, so the candidate cannot be checked in. Call the paper custodian at once.
sitting-marked-absent = This candidate is marked as absent. If they have come, withdraw the mark first and then check them in.
sitting-has-begun = This candidate has begun or has handed in and can be neither checked in nor marked as absent. To move to another computer, use Change machine.
sitting-not-checked-in = This candidate is not checked in and needs no change of machine. Check them in first.
sitting-attempt-ended = This candidate's work has ended, or they are marked as absent; the machine cannot be changed.
task-sitting-rooms = { $batch }: records of rooms to close
open-step-rooms = Room records open
