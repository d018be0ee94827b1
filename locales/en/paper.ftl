paper-none = No theory examination in this batch
paper-none-cure = The plan has no occupation and level with a theory examination, so no form is needed.
paper-minutes = { $n } minutes
paper-points = { $n ->
    [one] 1 assessment point
   *[other] { $n } assessment points
}
paper-items = { $n ->
    [one] 1 accepted item
   *[other] { $n } accepted items
}
paper-covered = Every point has items enough for three parallel forms
paper-points-short = { $n ->
    [one] 1 point lacks items
   *[other] { $n } points lack items
}
paper-short-why = Forms can be assembled once these points have enough items (has / needs)
paper-short = { $n ->
    [one] 1 point lacks accepted items, so nothing was assembled: { $a }. Add items, have them reviewed, and assemble again.
   *[other] { $n } points lack accepted items, so nothing was assembled: { $a }. Add items, have them reviewed, and assemble again.
}
paper-no-points = The blueprint has no points, so nothing can be assembled. Import the blueprint first.
paper-weights = The third-level weights of the blueprint add up to { $a } and not to 100, so nothing was assembled. Correct the blueprint and import it again.
paper-worthless = The range { $a } weighs less than 0.01 points an item. Change its weight or its items per form in the blueprint.
paper-no-bank = No bank with a blueprint serves this occupation and level. An item writer must import the blueprint and items first.
paper-plan-not-published = The plan is not published yet. Assemble forms once it is.
paper-locked-already = The paper of this occupation and level is locked and cannot be changed.
paper-lock-waits = A form waits for a second person to decide its lock. Decide first, then assemble again.
paper-digest-differs = The form no longer says what was assembled, so no lock was proposed. Assemble it again and tell an auditor.
paper-no-forms = Nothing is assembled yet
paper-no-forms-cure = A custodian assembles forms A and B and a reserve: parallel, and without a common item.
paper-forms = Forms
paper-letter = Form
paper-reserve = Reserve
paper-kinds = Items by type
paper-total = Total
paper-expected = Expected mean
paper-state = State
paper-state-assembled = Assembled
paper-state-proposed = Lock proposed
paper-state-locked = Locked
paper-printed = Paper fetched: { $n }, last
paper-printed-sheet = Answer sheet fetched: { $n }, last
paper-digest = Digest of the content
paper-next = Next
paper-look = View
paper-print = Paper (PDF)
paper-print-answer-sheet = Answer sheet (PDF)
paper-assemble = Assemble
paper-assemble-again = Assemble again
paper-assemble-again-ask = Assembling again replaces these three forms. Go on?
paper-assembled = Forms A and B and the reserve are assembled.
paper-lock-propose = Propose the lock
paper-lock-proposed = The lock is proposed. Another custodian has to decide.
paper-lock-approve = Approve and lock
paper-lock-reject = Reject
paper-lock-rejected = Rejected; the form is not locked.
paper-locked = The form is locked and cannot be changed any more.
paper-seed = Seed of the draw
paper-note-locked = { $n } of { $of } levels locked
paper-form = Form { $a }
paper-form-items = Items of the form
paper-secret = Secret: this page shows the keys, and that you opened it is in the trail. Do not photograph, copy or pass it on.
paper-assembled-at = Assembled
paper-locked-at = Locked
paper-proposed-by = Proposed by
paper-worth = Points
paper-print-not-locked = The form is not locked, so it cannot be printed. Two custodians have to lock it first.
paper-print-refused = It cannot be typeset and nothing was printed: { $a }. Correct the item and assemble again.
paper-print-secrecy = Secret until opened
paper-print-paper = Theory paper
paper-print-form = Form
paper-print-duration = Time
paper-print-total = Total
paper-print-items = Items
paper-print-name = Name
paper-print-number = Admission number
paper-print-seat = Seat
paper-print-rules = Rules
paper-print-page = Page {"{"}page{"}"} of {"{"}pages{"}"}
paper-print-end = — End of the paper —
paper-print-blank = (    )
paper-print-minutes = { $n } minutes
paper-print-points = { $a } points
paper-print-count = { $n ->
    [one] 1 item
   *[other] { $n } items
}
paper-print-worth = ({ $a }){" "}
paper-print-rule-1 = Before the examination begins, write your name, admission number and seat on the paper and on the answer sheet.
paper-print-rule-2 = Mark your answers on the answer sheet with a 2B pencil; what is written on the paper does not count.
paper-print-rule-3 = At the end leave paper, answer sheet and scratch paper on the desk and leave when the invigilator has counted them.
paper-print-single = Single choice
paper-print-multiple = Multiple choice
paper-print-judgement = True or false
paper-print-note-single = (Items { $from } to { $to }. Exactly one option is right; the points stand before each item, { $points } in all.)
paper-print-note-multiple = (Items { $from } to { $to }. Two or more options are right; the points stand before each item, { $points } in all.)
paper-print-note-judgement = (Items { $from } to { $to }. True or false; the points stand before each item, { $points } in all.)
paper-print-sheet = Answer sheet
paper-print-number-fill = Admission number: write it above and fill in the digits
paper-print-form-mark = Form
paper-print-absent = Absent
paper-print-absent-note = marked by the invigilator
paper-print-right = Right
paper-print-wrong = Wrong
paper-print-sheet-rule-1 = Fill the mark with a 2B pencil. Erase cleanly to change it; do not fold or soil the sheet.
paper-print-sheet-rule-2 = In multiple choice two or more options may be marked.
task-items-review = Items that wait for review
task-papers-open = { $batch }: occupations and levels without locked forms
task-papers-decide = { $batch }: locks that wait for you
