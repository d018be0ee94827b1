funnel = From application to certificate
funnel-totals = Live totals
funnel-own-part = This page counts your own part only: { $a }. The figures on the rail above are those of the whole batch.
funnel-empty = Nobody has applied yet
funnel-empty-hint = Once registration is open, this page shows how many reached each step and their share of all who applied.
funnel-all = Each step
funnel-hint = Shares are of all who applied; who passed counts once results are published
funnel-by-city = Each city
funnel-city = City centre
funnel-sum = Sum
funnel-applied = Applied
funnel-accepted = Accepted
funnel-paid = Paid
funnel-admitted = Confirmed
funnel-present = Present
funnel-passed = Passed
funnel-certified = Certified
years-title = The years in figures
years-where = Where you are
years-hint = Published batches by the year of their exam; who sits twice counts twice. The pass rate is that of batches whose results are published
years-empty = No published batch is held by your organisation
years-empty-hint = Once a plan of your organisation is published, its year appears here. Who works in a part of a batch finds that part in its funnel.
years-choose = Year
years-of = Year { $a }
years-batches = { $n ->
    [one] 1 batch
   *[other] { $n } batches
}
years-people = { $n ->
    [one] 1 person present
   *[other] { $n } people present
}
years-by-organisation = By organisation
years-organisation = Organisation
years-batch-count = Batches
years-pass-rate = Pass rate
years-interest = What the public looks for
years-interest-hint = How often the page of an occupation was opened by people who do not work here
years-interest-none = Nobody has opened the page of an occupation yet.
