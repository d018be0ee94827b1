job-count = { $n ->
    [one] { $n } job
   *[other] { $n } jobs
}
job-what = Job
job-batch = Batch
job-status = Status
job-outcome = Outcome
job-every-status = Every status
job-filter = Filter
job-filter-clear = Clear
job-pages = Pages
job-page-before = Previous
job-page-after = Next
job-none = You have not begun any long work yet
job-none-hint = What takes a while, such as the import of a roster, shows its progress here.
job-none-found = No job has this status
job-none-found-cure = Choose another status, or clear the filter.
job-where = Where you are
job-asked-at = Requested
job-started-at = Begun
job-ended-at = Ended
job-turns = Times begun
job-status-waiting = Waiting
job-status-running = Running
job-status-done = Done
job-status-failed = Not finished
job-status-cancelled = Cancelled
job-may-leave = You may leave this page; the work goes on.
job-stopping = Stopping. What is not in force yet will be taken back.
job-look-again = Look again
job-to-result = See the result
job-cancel = Cancel
job-cancel-ask = Cancel the job? What is not in force yet will be taken back; sealed scores, issued certificates and messages that were sent stay.
job-cancel-asked = The job was asked to stop.
job-resume = Begin again
job-begun-again = The job was begun again.
job-refused-ended = The job has ended; there is nothing to cancel.
job-refused-not-stopped = The job is running or done; there is nothing to begin again.
job-was-cancelled = The job was cancelled. What was not in force yet was taken back; sealed scores, issued certificates and messages that were sent stay.
job-broken = The job broke off because of a fault of ours. What was done is not lost: begin it again, and ask the operator if it fails once more.
job-nobody = The account that began the job was closed, so it does not go on.
job-kind-seat-plan-draw = Drawing seats
job-kind-print-pack-make = Making a print pack
job-kind-roster-check = Check of a roster
job-kind-roster-take-in = Import of a roster
job-kind-admission-accept = Accept many as proposed
job-subject = File or subject
job-act = Act
job-wrong-rows = { $n ->
    [one] { $n } row is wrong
   *[other] { $n } rows are wrong
}
job-steps = Steps written
job-steps-of = { $n } steps, each committed by itself.
job-steps-rows = The largest step wrote { $n } rows.
job-longest-step = Longest step held the database
job-longest-step-millis = { $n } ms
job-found-wrong = Done, with mistakes
job-technical = Technical details
