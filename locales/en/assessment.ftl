assessment-absent = Absent
assessment-score = Score
assessment-score-head = Score (0–100)
assessment-number = Admission number
assessment-score-of = Score of { $a }
assessment-own-last = your last entry: { $a }
assessment-table = Score table
score-sign-examiner = Signature of the examiner:
score-sign-clerk = Signature of the clerk:
score-sign-date = Date:
assessment-parts = Parts
assessment-part = Part
assessment-way = How it is scored
assessment-progress = Sealed
assessment-open-matters = To do
assessment-sealed-of = Sealed scores
assessment-sealed-hint = one a candidate and part; never changed afterwards
assessment-scores = { $n }
assessment-part-done = Complete
assessment-half = { $n ->
    [one] 1 waits for the second entry
   *[other] { $n } wait for the second entry
}
assessment-differ = { $n ->
    [one] 1 entry differs
   *[other] { $n } entries differ
}
assessment-sheets = Examiners' scores
assessment-sheets-panel = Panel members' scores
assessment-way-objective = On computer, scored against the key
assessment-way-entries = On paper, entered by two people
assessment-way-sealed = Each examiner seals a score
assessment-way-sealed-panel = Each panel member seals a score
assessment-empty = No candidates to score yet
assessment-empty-hint = Once the list of candidates is frozen and seated, progress is shown here part by part.
assessment-run-objective = Score computer answers and record absences
assessment-run-hint = Scores the answers against the keys and records who was absent by the rooms' records. Running it again changes nothing.
assessment-run-later = Computer answers can be scored once every sitting is over.
assessment-to-practical = Score the practical part
assessment-to-panel = Score the panel part
assessment-to-entries = Enter scores
assessment-tab-open = To score
assessment-tab-sealed = Sealed by me
assessment-tab-to-enter = To enter
assessment-tab-entered = Entered by me
assessment-sheet-explain = { $n } examiners score each candidate independently. Sending seals the score for good; once all have sealed, the scores are combined. Until then nobody sees another's score.
assessment-sheet-explain-panel = { $n } panel members score each candidate independently. Sending seals the score for good; once all have sealed, the scores are combined. Until then nobody sees another's score.
assessment-sheet-none-open = No candidate waits for your score
assessment-sheet-none-sealed = You have not sealed a score yet
assessment-seal = Seal this page
assessment-seal-confirm = A sealed score cannot be changed. Seal now?
assessment-sealed = The scores are sealed.
assessment-entries-explain = Two people enter each script without seeing each other's figures. Equal figures are sealed; where they differ, both read the script again and enter it once more.
assessment-entries-not-ripe = Scores cannot be entered yet
assessment-entries-not-ripe-hint = Paper scripts are entered after the sitting. On computer, score the answers first; candidates without an attempt are then entered by two people.
assessment-entries-none-open = No script waits for you
assessment-entries-none-entered = None of your entries waits for another person
assessment-enter = Enter
assessment-lines = Enter many at once
assessment-lines-hint = One candidate a line, a comma between admission number and score, for example: 210010100201,78; write "absent" for an absent candidate
assessment-entered = Entered.
assessment-entered-differ = Entered. Some figures differ; read those scripts again and enter them once more.
assessment-row-sealed = Sealed, waiting for other examiners
assessment-row-all-sealed = All sealed
assessment-row-away = Absent by the room's record
assessment-row-away-theory = Absent from theory
assessment-row-entered = Waiting for another person
assessment-row-differs = Entries differ: read the script again
assessment-pages = Pages
assessment-page-before = Previous
assessment-page-after = Next
assessment-rows = { $n ->
    [one] 1 row
   *[other] { $n } rows
}
assessment-note-now = { $n } sealed
assessment-note-done = { $n ->
    [one] the one sealed
   *[other] all { $n } sealed
}
assessment-no-candidates = No candidate of this batch is scored by you.
assessment-not-over = The exam is not over, so it cannot be scored. Try again after it has ended and the rooms' records are closed.
assessment-not-begun = This part begins at { $a }; it cannot be scored before.
assessment-nothing = No score was entered. Enter a score or tick absent for at least one candidate.
assessment-no-score = Admission number { $number }: a score is a number from 0 to 100 with at most two decimals.
assessment-score-and-absent = Admission number { $number }: there is a score and a tick at absent. Take one away.
assessment-line-without-score = Admission number { $number }: the line has no score. Add one or write "absent".
assessment-unknown-number = Admission number { $number }: not among the candidates to be entered in this part. Check the number.
assessment-already-sealed = Admission number { $number }: you have sealed a score, which cannot be changed.
assessment-complete = Admission number { $number }: the score is sealed; no further score is needed.
assessment-presence-differs = Admission number { $number }: another examiner recorded the opposite about whether the candidate was there. Find out first.
assessment-already-entered = Admission number { $number }: you have entered it; the second entry must be another person's.
assessment-no-points = A form has no points and cannot be scored. Ask the custodian to check the form.
assessment-inputs-changed = Admission number { $number }: answers or keys changed after the score was sealed. Nothing was changed now; report it to the person in charge.
task-score-objective = { $batch }: computer answers wait to be scored
task-score-entries = { $batch }: scripts wait to be entered
task-score-differ = { $batch }: entries differ and wait to be entered again
task-score-practical = { $batch }: practical scores wait for you
task-score-panel = { $batch }: panel scores wait for you
trail-score-objective = Score computer answers
trail-score-enter = Enter scores
trail-score-seal = Seal scores
assessment-differences = Entries that differ
assessment-differences-explain = The two entries of these scripts differ. Both people read the script again and enter it once more; only your own figure is shown here.
assessment-differences-none = No entries differ
assessment-field = Item
assessment-own-figure = Your figure
assessment-waiting = Waiting for you
assessment-scripts = { $n }
assessment-rooms = Rooms
assessment-rooms-count = { $n }
assessment-room = Room
assessment-room-no = Room { $a }
assessment-rooms-done = Rooms complete
assessment-rooms-none = No room is scored by you
assessment-room-done = Complete
assessment-room-later = Not yet
assessment-room-differs = Entries differ
assessment-room-open = To enter
assessment-room-others = Waiting for others
assessment-other-rooms = Back to the rooms
assessment-begins = Begins
assessment-seats = Candidates
assessment-absent-count = { $a } absent
assessment-sites = Sites
assessment-site = Site
assessment-run-at = Last completed { $a }, from inputs with the digest
score-begun = Scoring has begun; you may leave this page.
score-is-running = Computer answers are being scored. Wait until it is done.
score-outcome-objective = { $scored } scored, { $absent } absences recorded.
score-outcome-import = { $rows } rows entered; { $differ } of them differ from another person's; { $refused } could not be entered.
score-workbook = By workbook
score-workbook-entries-explain = Download the sheet of a site, fill in the column of scores and bring it back. Another person brings a sheet of their own; the two are compared candidate by candidate, and neither sees the other's figures.
score-workbook-sealed-explain = Download the sheet of a site, fill in the column of scores and bring it back. That seals the scores for good.
score-workbook-template = Download the sheet of this site
score-workbook-file = The filled sheet (.xlsx)
score-workbook-file-hint = Write "absent" for an absent candidate; rows without a score are passed over.
score-workbook-enter = Bring back and enter
score-workbook-seal = Bring back and seal
score-workbooks-mine = Sheets I brought back
score-import-begun = The sheet was received and is being entered; you may leave this page.
score-import-rows = Rows
score-import-waiting = Not entered yet
score-import-entered = Waiting for others
score-import-agreed = Both agree, sealed
score-import-combined = All sealed, combined
score-import-differs = The two differ
score-import-refused = Could not be entered
score-import-skipped = Entered before
score-import-compared = The sheets of two people are compared candidate by candidate; where they differ, both read the script again and enter it once more.
score-import-to-see = Rows to look at
score-import-row = Row
score-import-found = Found
score-import-cure = Expected, and what to do
score-import-nothing = (nothing)
score-import-again = Back, and bring it again
score-import-faults = { $n ->
    [one] 1 mistake in the sheet; no score was entered
   *[other] { $n } mistakes in the sheet; no score was entered
}
score-import-faults-cure = Correct these rows in the sheet and bring the whole file again.
score-import-more = { $n ->
    [one] 1 more is not listed; correct those above first.
   *[other] { $n } more are not listed; correct those above first.
}
score-import-needs-file = No file was chosen. Choose the filled .xlsx sheet.
score-import-not-xlsx = This file is not a readable .xlsx workbook. Save the downloaded sheet as .xlsx and bring it again.
score-import-too-large = The file is too large. Bring one file a site.
score-import-no-heading = None of the first ten rows of the first sheet names both "Admission number" and "Score". Use the downloaded sheet and leave its heading as it is.
score-import-no-number = The row has a score and no admission number. Add the number or delete the score.
score-import-twice = The same admission number as in row { $row }. Each candidate has one row; check the number.
score-import-no-score = A score is a number from 0 to 100 with at most two decimals; write "absent" for an absent candidate. Correct it.
score-import-unknown = Not among the candidates you may enter now. Check the number, the site, and whether the exam has ended.
score-import-entered-before = You entered another figure before; it can be changed only after another person has entered theirs. Put it back or delete the score of this row.
score-import-sealed-before = You have sealed another score, which cannot be changed. Delete the score of this row.
job-kind-score-objective = Score computer answers
job-kind-score-import = Enter the scores of a sheet
