seat-plan = Seat plan
seat-plan-where = Where you are
seat-plan-waits = The list of candidates is not settled
seat-plan-empty = No seats have been arranged
seat-plan-empty-hint = The list is settled. The system seats everybody in the fewest rooms; a draw decides who sits where, and it may be repeated until the plan is confirmed.
seat-plan-draw = Draw the seats
seat-plan-drawn = The seats were drawn. Check them, then confirm.
seat-plan-confirmed = The seat plan is confirmed and admission numbers are given.
seat-plan-redraw = Draw again
seat-plan-redraw-explain = Drawing again moves everybody. How often it was done is kept in the trail and shown on this page.
seat-plan-redraw-ask = Draw again and move everybody?
seat-plan-confirm = Confirm the plan
seat-plan-confirm-explain = Confirming gives everybody an admission number and fixes the seats; tickets and sign-in sheets can then be printed.
seat-plan-confirm-ask = Confirm the plan? Seats cannot be changed afterwards.
seat-plan-next = To do
seat-plan-people = Candidates
seat-plan-rooms = Exam rooms
seat-plan-rooms-least = Lower bound { $n }
seat-plan-optimal = proven optimal
seat-plan-mixed = Mixed rooms
seat-plan-mixed-of = { $n ->
    [one] 1 paper
   *[other] { $n } papers mixed
}
seat-plan-rooms-unmixed = { $n ->
    [one] At least 1 room without mixing
   *[other] At least { $n } rooms without mixing
}
seat-plan-unmixed-impossible = Without mixing there are too few rooms
seat-plan-draws = Draws
seat-plan-status-drafted = To be confirmed
seat-plan-status-confirmed = Confirmed
seat-plan-note-drafted = { $n ->
    [one] 1 room to confirm
   *[other] { $n } rooms to confirm
}
seat-plan-note-confirmed = { $n ->
    [one] 1 room confirmed
   *[other] { $n } rooms confirmed
}
seat-plan-theory = Theory
seat-plan-practical = Practical
seat-plan-panel = Panel
seat-plan-other = Other
seat-plan-sittings = Sittings
seat-plan-sitting = Sitting
seat-plan-delivery = Delivery
seat-plan-time = Time
seat-plan-places = { $n ->
    [one] 1 seat
   *[other] { $n } seats
}
seat-plan-no-room-here = There is no exam room in your area
seat-plan-no-room-here-hint = Rooms of other sites are seen by the officers of those sites.
seat-plan-why-mixed = Why are rooms mixed?
seat-plan-why-mixed-text = Keeping the levels apart would take more rooms and invigilators. Each paper stands together so that it is easy to hand out and collect; neighbours with the same paper have forms A and B.
seat-plan-draw-proof = The draw can be checked
seat-plan-draw-proof-text = The order of seats is computed from the seed and the numbers of the applications, so anybody can repeat it. The seed is computed from the list of candidates and a random value taken at the draw.
seat-plan-seed = Seed
seat-plan-population = Digest of the list
seat-plan-chance = Random value
seat-plan-digest = Digest of the seats
seat-plan-front = Front
seat-plan-free = Free
seat-plan-blocked = Blocked
seat-plan-order = Number
seat-plan-name = Name
seat-plan-paper = Paper
seat-plan-form = Form
seat-plan-kind-paper = paper rooms
seat-plan-kind-computer = computer rooms
seat-plan-kind-practical = practical rooms
seat-plan-not-frozen = The list of people who sit the exam is not settled, so seats cannot be arranged. Freeze the list in the admission stage first.
seat-plan-is-confirmed = The seat plan is confirmed and cannot be drawn again.
seat-plan-not-confirmed = The seat plan is not confirmed, so there are no admission numbers. Wait until the exam officer has confirmed it, then print.
seat-plan-series-full = All running numbers of batches of this year are given, so no admission numbers can be made. Please tell the administrator.
seat-plan-nobody = There is nobody on the list, so there is nothing to arrange.
seat-plan-nothing-to-sit = { $a } has no component to sit, so it cannot be arranged. Check the plan of the batch.
seat-plan-point-without-site = The registration point { $a } has no exam site, so its candidates cannot be arranged. Check the plan of the batch.
seat-plan-too-few-seats = { $site } has too few { $kind }: { $sittings } has { $candidates } candidates, and { $seats } can be seated. Add a room, open blocked seats, or send some candidates to another site.
seat-plan-rooms-twice = Several sittings need the { $kind } of { $site } at the same time: { $sittings } bring { $candidates } candidates together, { $seats } can be seated, and a room serves one sitting at a time. Add a room or move one of the times.
seat-plan-times-overlap = { $first } and { $second } overlap, and { $candidates } candidates would have to be in both. Add rooms so that fewer groups take turns, or change the times in the plan.
exam-room-number = Exam room { $n }
document-missing-glyph = The fonts cannot write the character { $a }, so the document was not made. Please ask the administrator to add it.
task-seat-plan-draw = { $batch }: arrange the seats
task-seat-plan-confirm = { $batch }: confirm the seat plan
step-ticket = Admission ticket
step-ticket-print = Open the ticket
ticket-too-early = The ticket can be printed from { $a }. Please come back then.
ticket-heading = Admission ticket
ticket-number = Admission number
ticket-name = Name
ticket-document-number = Document number
ticket-occupation = Occupation
ticket-job = Trade
ticket-level = Level
ticket-photo = Photo
ticket-paste-photo = Paste photo here
ticket-subjects = Timetable
ticket-subject = Component
ticket-day = Day
ticket-site = Site
ticket-room = Room
ticket-seat = Seat
ticket-rules = Rules
ticket-scan = Show this code at check-in
ticket-rule-1 = Bring this ticket and your valid original identity document; without both you cannot enter the exam room.
ticket-rule-2 = Arrive before the time on this ticket, enter with it and take your seat; limits for late arrival and early leaving are posted at the room.
ticket-rule-3 = For a paper exam bring a 2B pencil, an eraser and a black pen; switch off phones and put them where you are told.
ticket-rule-4 = For the practical and the panel review be there at the time on this ticket; the seat is your place in the order.
ticket-rule-5 = Keep the rules of the exam room and follow the staff. Violations are dealt with under the rules in force.
ticket-weekday-0 = Sunday
ticket-weekday-1 = Monday
ticket-weekday-2 = Tuesday
ticket-weekday-3 = Wednesday
ticket-weekday-4 = Thursday
ticket-weekday-5 = Friday
ticket-weekday-6 = Saturday
sheet-print = Print the sign-in sheet
sheet-heading = Sign-in sheet
sheet-site = Site
sheet-room = Room
sheet-session = Sitting
sheet-subject = Component
sheet-seat = Seat
sheet-number = Admission number
sheet-name = Name
sheet-document-number = Document number
sheet-level = Level
sheet-signature = Signature
sheet-note = Note
sheet-expected = Expected
sheet-present = Present
sheet-absent = Absent
sheet-invigilators = Invigilators
sheet-page = Page {"{"}page{"}"} of {"{"}pages{"}"}
