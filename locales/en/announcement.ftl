announcement-title = Write to candidates
announcement-write = New message
announcement-explain = The message goes to the candidates' phones and stands on their own page. Look at the number and the text first, then send.
announcement-text-limits = { $least } to { $most } letters; the title of the batch is put before them.
announcement-sites-later = Once the seats of every site are confirmed, you may write to the candidates of one site.
announcement-audience = To whom
announcement-text = Text
announcement-check = Check number and text
announcement-to-applied = Everybody who applied (and did not withdraw)
announcement-to-returned = Applications returned for correction
announcement-to-fee_due = Accepted, fee due
announcement-to-admitted = Candidates on the frozen list
announcement-to-site = Candidates at { $a }
announcement-option = { $n ->
    [one] { $audience }: 1 person
   *[other] { $audience }: { $n } people
}
announcement-too-short = The text needs at least { $least } letters and has { $found }. Say what the candidates should do, and by when.
announcement-too-long = The text may have at most { $most } letters and has { $found }. Shorten it, or write twice.
announcement-unreadable = The text holds a sign that phones cannot show. Remove it and type it again.
announcement-no-audience = No audience was chosen, or the chosen one no longer exists. Choose again.
announcement-nobody = Nobody is in this audience now. Choose another.
announcement-confirm = Check and send
announcement-changed = { $n ->
    [one] Something changed after you looked, so nothing was sent: it is 1 person now. Look again.
   *[other] Something changed after you looked, so nothing was sent: it is { $n } people now. Look again.
}
announcement-people = People
announcement-people-count = { $n ->
    [one] 1 person
   *[other] { $n } people
}
announcement-as-read = As they read it
announcement-no-return = Each person gets it once, also with two applications. What was sent cannot be taken back.
announcement-send = { $n ->
    [one] Send to 1 person
   *[other] Send to { $n } people
}
announcement-edit = Back to the text
announcement-sent = The candidates are being told; you may leave this page.
announcement-sent-before = This message was sent before; it was not sent again.
announcement-earlier = Messages sent
announcement-count = { $n ->
    [one] 1 message
   *[other] { $n } messages
}
announcement-none = No message was sent yet
announcement-none-hint = Once one is written and checked, this page shows to whom it went, to how many, when, and by whom.
announcement-told = Told
announcement-at = Sent
announcement-by = By
announcement-progress = { $told } of { $n } told
announcement-skipped = { $n ->
    [one] 1 had withdrawn and was not told
   *[other] { $n } had withdrawn and were not told
}
announcement-under-way = { $n ->
    [one] Being sent, 1 is left
   *[other] Being sent, { $n } are left
}
announcement-cancelled = { $n ->
    [one] Cancelled, 1 was not told
   *[other] Cancelled, { $n } were not told
}
announcement-stopped = { $n ->
    [one] Broke off, 1 was not told
   *[other] Broke off, { $n } were not told
}
announcement-see-job = See the job
announcement-message = [Kaogong] { $batch }: { $text }
message-announcement = Message to candidates
announcement-outcome-sent = { $told } told; { $skipped } had withdrawn and were not told.
announcement-step = Message from the certification body ({ $at })
announcement-step-text = { $text }
announcement-step-older = Earlier messages are on your phone
job-kind-announcement-send = Write to candidates
trail-announcement-send = Write to candidates
