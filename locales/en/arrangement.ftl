seat-plan = Seat plan
seat-plan-where = Where you are
seat-plan-waits = The list of candidates is not settled
seat-plan-empty = No seats have been arranged
seat-plan-empty-hint = The list is settled. At each site the system seats everybody in the fewest rooms; a draw decides who sits where, and it may be repeated until the plan is confirmed.
seat-plan-draw = Draw the seats
seat-plan-confirmed = The seat plan of this site is confirmed and admission numbers are given.
seat-plan-redraw = Draw again
seat-plan-redraw-explain = Drawing again moves everybody at this site. How often it was done is kept in the trail and shown on this page.
seat-plan-redraw-ask = Draw again and move everybody at this site?
seat-plan-confirm = Confirm the plan
seat-plan-confirm-explain = Confirming gives everybody an admission number and ends the drawing; tickets and the print pack can then be made. Until tickets can be printed, single seats may still be changed with a reason.
seat-plan-confirm-ask = Confirm the plan of this site? It cannot be drawn again afterwards.
seat-plan-next = To do
seat-plan-people = Candidates
seat-plan-rooms = Exam rooms
seat-plan-rooms-least = fewest possible { $n }
seat-plan-optimal = none fewer
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
seat-plan-is-confirmed = The seat plan of this site is confirmed and cannot be drawn again.
seat-plan-not-confirmed = The seat plan is not confirmed, so there are no admission numbers. Wait until the exam officer has confirmed it, then print.
seat-plan-series-full = All running numbers of batches of this year are given, so no admission numbers can be made. Please tell the administrator.
seat-plan-nobody = There is nobody on the list, so there is nothing to arrange.
seat-plan-nothing-to-sit = { $a } has no component to sit, so it cannot be arranged. Check the plan of the batch.
seat-plan-point-without-site = The registration point { $a } has no exam site, so its candidates cannot be arranged. Check the plan of the batch.
seat-plan-too-few-seats = { $site } has too few { $kind }: { $sittings } has { $candidates } candidates, and { $seats } can be seated. Add a room, open blocked seats, or send some candidates to another site.
seat-plan-rooms-twice = Several sittings need the { $kind } of { $site } at the same time: { $sittings } bring { $candidates } candidates together, { $seats } can be seated, and a room serves one sitting at a time. Add a room or move one of the times.
seat-plan-times-overlap = { $first } and { $second } overlap, and { $candidates } candidates would have to be in both. Add rooms so that fewer groups take turns, or change the times in the plan.
seat-plan-draw-sites = { $n ->
    [one] Draw the seats of 1 site
   *[other] Draw the seats of { $n } sites
}
seat-plan-begun = The draw has begun; this page shows what came of it.
seat-plan-cannot-draw = Seats cannot be drawn
seat-plan-last-stands = The seats of the last draw still stand.
seat-plan-not-drawn = Nobody has a seat at this site yet, so there is nothing to confirm or to change. Draw the seats first.
seat-plan-under-way = The seats of this site are being drawn. Wait until the job ends, or cancel it on the page of jobs.
seat-plan-nothing-to-draw = No site waits for a draw. To change the seats of one site, draw again on its page.
seat-plan-person-twice = Somebody takes part in one sitting with two applications ({ $first }) and can have only one seat: serial numbers { $serials } ({ $n } applications). Ask the province to correct the list, then draw.
seat-plan-person-in-two = Somebody takes part in { $first } and { $second } at the same time with two applications: serial numbers { $serials } ({ $n } applications). Ask the province to correct the list, or change the times in the plan.
seat-plan-turns = { $n ->
    [one] 1 group
   *[other] { $n } groups
}
seat-plan-not-least = More than the fewest possible: { $a } needs rooms of the same kind at the same time and holds larger ones.
seat-plan-not-least-rooms-changed = More than the fewest possible: larger rooms were held or blocked when the seats were drawn.
seat-plan-seatless = Rooms without a single seat (not used)
seat-plan-note-sites-drawn = { $n } / { $of } sites drawn
seat-plan-note-sites-confirmed = { $n } / { $of } sites confirmed
seat-plan-outcome-drawn = { $n ->
    [one] 1 site is drawn. Check it, then confirm.
   *[other] { $n } sites are drawn. Check them, then confirm.
}
seat-plan-outcome-partly = Sites drawn: { $n }. Sites that cannot be drawn: { $refused }; their pages say why.
seat-plan-outcome-no-duty = Your duties do not cover this site any more, so the job stopped. Ask the exam officer of the site to begin it again.
site-plan-sites = Exam sites
site-plan-site = Site
site-plan-least = Fewest possible
site-plan-since = Drawn or confirmed
site-plan-confirmed-of = Sites confirmed
site-plan-to-draw = To be drawn
site-plan-being-drawn = Being drawn
site-plan-drawn = To be confirmed
site-plan-confirmed = Confirmed
site-plan-impossible = Cannot be drawn
site-plan-impossible-count = { $n ->
    [one] 1 site cannot be drawn
   *[other] { $n } sites cannot be drawn
}
move-how = Choose somebody by their seat number, then the seat they shall have. A free seat is taken; whoever sits there changes places.
move-how-list = Choose a candidate by number, then the number to exchange with.
move-title = Change a seat
move-choose = Choose this person
move-chosen = Chosen
move-here = Move here
move-swap-here = Change places with this seat
move-leave = Cancel
move-pick-target = Choose the seat they shall have; another room of the sitting may be opened first.
move-rooms = Rooms of this sitting
move-free-places = Free places:
move-partner = Changes places with
move-check-sitting = Same site and sitting
move-check-kind = The room is fitted for this part
move-check-time = No other sitting at that time
move-check-free = The seat is free
move-check-swap = Two people change places
move-check-forms = Neighbours with the same paper have another form
move-check-number-stays = The admission number stays
move-remark-form = The form changes with the seat.
move-remark-mixes = The room gets one more paper.
move-remark-splits = A paper does not stand together any more.
move-remark-special-need = One of the two was given their seat for a special need. Make sure that the new seat suits them too.
move-reason = Reason
move-reason-special-need = Special need
move-reason-seat-fault = Desk or machine out of order
move-reason-keep-apart = To be kept apart
move-reason-other = Other
move-words = In words
move-words-hint = Needed with the reason Other. Kept sealed; only exam officers see it.
move-do = Move
move-swap = Change places
move-made = The seat was changed.
move-undo = Take the last change back
move-taken-back = The last change was taken back.
move-list = Changes
move-moved = changed a seat
move-swapped = let two change places
move-undone = taken back
move-refused-same-place = They sit there already. Choose another seat.
move-refused-other-sitting = Seats change within one site and sitting. Choose a room of this sitting.
move-refused-wrong-kind = This room is not fitted for the part. Choose another room.
move-refused-no-seat = There is no seat { $a } that can be used. Choose another.
move-refused-same-form = Seat { $a } beside it would have the same form of the same paper. Choose another seat.
move-refused-busy = One of the two sits elsewhere at that time. Choose a place of another group.
move-refused-tickets-out = Tickets can be printed, so seats change no more. Whoever needs another seat on the day gets it from the invigilators.
move-refused-no-reason = Give a reason; with Other, say what it is in at most 200 characters.
move-refused-nothing-to-undo = There is no change to take back.
pack-title = Print pack
pack-explain = Makes all tickets, door lists, seat cards and sign-in sheets of this site at once; then each file can be downloaded and printed.
pack-people-most = People in one file of tickets
pack-make = Make everything
pack-make-again = Make it again
pack-begun = The print pack is being made; this page shows its files.
pack-made = Made
pack-out-of-date = Out of date
pack-out-of-date-cure = A seat was changed after the pack was made, so its files cannot be downloaded. Make it again.
pack-people = { $n ->
    [one] 1 person
   *[other] { $n } people
}
pack-files = files: { $n }
pack-kind-tickets = Admission tickets
pack-kind-door-lists = Door lists
pack-kind-seat-cards = Seat cards
pack-kind-sign-in-sheets = Sign-in sheets
pack-refused-size = A file of tickets holds 1 to { $a } people. Choose again.
pack-refused-out-of-date = A seat was changed after this pack was made, so it cannot be downloaded. Make it again on the page of the site.
pack-outcome-made = { $n ->
    [one] 1 file was made.
   *[other] { $n } files were made.
}
pack-outcome-out-of-date = A seat was changed after the job began, so the pack was not made. Make it again.
pack-outcome-missing-glyph = A name between the admission numbers { $first } and { $last } has a character that the fonts cannot write, so the file was not made. Ask the administrator to add it, then begin the job again.
sheet-special-need = special need
door-heading = Door list
door-site = Site
door-session = Time
door-subject = Component
door-numbers = Admission numbers
door-people = People
door-paper = Paper
door-count = Copies
door-form = Form
door-seat = Seat
door-number = Admission number
door-name = Name
card-heading = Seat cards
card-seat = Seat
card-number = Admission number
card-form = Form
exam-room-number = Exam room { $n }
document-missing-glyph = The fonts cannot write the character { $a }, so the document was not made. Please ask the administrator to add it.
task-seat-plan-draw = { $batch }: draw the seats of sites
task-seat-plan-confirm = { $batch }: confirm drawn sites
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
step-ticket-from = Can be opened from { $day }
step-exam = Exam
step-exam-at = { $en }
