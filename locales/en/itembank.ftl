item-list = Item bank
item-banks = Banks by occupation and level
item-no-bank = There is no item bank yet
item-no-bank-cure = Import a blueprint first, then the items. If you may not import, ask an item writer.
item-points = { $n ->
    [one] 1 assessment point
   *[other] { $n } assessment points
}
item-point = Assessment point
item-kind = Type
item-status = Status
item-all = All
item-filter = Filter
item-filter-clear = Clear
item-none = No item fits
item-none-cure = Widen the filter, or import items.
item-number = No.
item-stem = Stem
item-difficulty = Expected difficulty
item-pages = Pages
item-page-before = Previous
item-page-after = Next
item-total = { $n ->
    [one] 1 item
   *[other] { $n } items
}
item-where = Where you are
item-title = Item { $a }
item-version = Version { $n }
item-key = Key
item-explanation = Explanation
item-cognition = Level of cognition
item-imported = Imported
item-reviewed = Reviewed
item-review = Review this item
item-reason = Reason
item-reason-hint = Required to refuse; may be left empty to accept.
item-accept = Accept
item-refuse = Refuse
item-accepted = The item was accepted.
item-refused = The item was refused.
item-older = Earlier versions
item-refuse-needs-reason = Say why the item is refused.
item-reason-too-long = The reason is longer than 500 characters. Shorten it.
item-own-review = You imported this item; another person must review it.
item-kind-single = Single choice
item-kind-multiple = Multiple choice
item-kind-judgement = True or false
item-judgement-true = True
item-judgement-false = False
item-status-draft = Waits for review
item-status-accepted = Accepted
item-status-refused = Refused
item-occupation = Occupation
item-level = Level
item-imports = Import
item-import = Imported file
item-import-upload = Hand in a blueprint or items
item-import-file = Excel file
item-import-file-hint = An .xlsx file; its first sheet is read and its first row holds the column names. You see what it would do first; nothing enters the bank before you confirm.
item-import-look = Upload and look
item-import-choose = Choose an .xlsx file.
item-import-none = No file was handed in yet
item-import-none-cure = Files that item writers hand in are listed here.
item-import-files = Files handed in
item-import-file-name = File
item-import-bank = Bank
item-import-kind = Content
item-import-blueprint = Blueprint
item-import-items = Items
item-import-waits = Waits for confirmation
item-import-drafts = { $n ->
    [one] 1 item waits for review
   *[other] { $n } items wait for review
}
item-import-done = Imported
item-import-mistakes = { $n ->
    [one] 1 mistake; nothing was written
   *[other] { $n } mistakes; nothing was written
}
item-import-mistakes-cure = Correct them in your file and hand it in again.
item-import-more-mistakes = { $n ->
    [one] 1 more mistake is not listed; it shows once these are corrected.
   *[other] { $n } more mistakes are not listed; they show once these are corrected.
}
item-mistake-row = Row
item-mistake-field = Column
item-mistake-found = Found
item-mistake-expected = Expected
item-mistake-cure = What to do
item-change = Change
item-change-new = New
item-change-changed = Changed (a new version, to be reviewed again)
item-change-same = Unchanged
item-points-new = New assessment points
item-points-changed = Assessment points (a new version of the blueprint)
item-points-same = Assessment points (as they are)
item-import-changed-rows = The items of these numbers get a new version; the old ones are kept:
item-import-confirm = Confirm the import
item-import-back = Back
item-import-confirmed = The file was taken over into the bank.
item-import-done-already = The bank holds exactly what this file says; importing it again changes nothing.
item-import-accept = { $n ->
    [one] Accept 1 draft
   *[other] Accept all { $n } drafts
}
item-import-accept-ask = { $n ->
    [one] Accept the 1 draft of this import?
   *[other] Accept all { $n } drafts of this import?
}
item-import-accepted = All drafts of this import were accepted.
item-import-nothing-to-accept = This import has no draft that you may accept: all are reviewed, or you imported them yourself.
item-range = Range
item-range-weight = Weight of the third-level range
item-importance = Importance
item-per-form = Items per form
item-import-not-xlsx = This file cannot be read. Save it as .xlsx and hand it in again.
item-import-empty = The first sheet of this file is empty. Put the content on the first sheet and hand it in again.
item-import-unpacks = The file is far too large when unpacked; it may be damaged or no list of items. Please paste the items alone into a new file and upload that.
item-import-too-long = This file has more than 20,000 rows. Split it into several files.
item-import-unknown-template = The column names in the first row are neither those of the items template nor those of the blueprint template. Use the column names of a template and hand it in again.
item-import-unknown-occupation = This occupation is not in use. Choose another one, or ask the province centre to confirm it.
item-import-unknown-level = This level does not exist or is not in use any more. Choose another one.
item-import-no-blueprint = This occupation and level has no blueprint yet. Import the blueprint first, then the items.
item-import-has-mistakes = { $n ->
    [one] The file has 1 mistake and nothing was written. Correct it and hand it in again.
   *[other] The file has { $n } mistakes and nothing was written. Correct them and hand it in again.
}
item-import-file-gone = The uploaded file is not there any more. Hand it in again.
item-expected-heading = the column name “{ $a }”
item-cure-heading = Name this column “{ $a }” and keep the columns in the order of the template.
item-expected-surplus-column = no such column
item-cure-surplus-column = Remove this column.
item-expected-formula = a text or a number, not a formula
item-cure-formula = Copy the cells, paste them as values, save and hand in again.
item-expected-empty = something
item-cure-empty = Fill in this cell.
item-expected-not-empty = nothing
item-cure-not-empty = Single choice has options A to D only, true or false has none. Empty this cell or change the type.
item-expected-too-long = at most { $a } characters
item-cure-too-long = Shorten this cell.
item-expected-number = a whole number from 1 on
item-cure-number = Write a whole number, such as 12.
item-expected-twice = something else than in row { $a }
item-cure-twice = Write something else, or remove the row that stands twice.
item-expected-other-bank = { $a }
item-cure-other-bank = Correct this cell, or choose its occupation and level when you upload.
item-expected-not-one-of = one of { $a }
item-cure-not-one-of = Write one of them, without blanks or punctuation.
item-expected-unknown-point = the code of a point of the blueprint
item-cure-unknown-point = Compare it with the blueprint. If the point is new, import the new blueprint first.
item-expected-share = from 0 to 1 with at most two decimals
item-cure-share = Write the share of candidates expected to answer right, such as 0.65.
item-expected-percent = from 0.01 to 100 with at most two decimals
item-cure-percent = Write a percentage without the sign, such as 12.5.
item-expected-key-single = one letter of { $a }
item-cure-key-single = Write the capital letter of the right option; options are filled in from A without gaps.
item-expected-key-multiple = two or more letters of { $a } in order, not all
item-cure-key-multiple = Write the capital letters of the right options, such as ABD, without punctuation.
item-expected-same-option = another text than option { $a }
item-cure-same-option = Reword one of the two options.
item-expected-not-below = a code that begins with “{ $a }-”
item-cure-not-below = A code begins with the whole code of the range above it.
item-expected-differs = the same as in row { $a }
item-cure-differs = One code has one name and one weight, in every row.
item-expected-sum = { $a }, the sum of the weights below
item-cure-sum = Adjust the weights so that those below add up to it, and the widest ranges to 100.
item-import-rows = { $n ->
    [one] 1 row
   *[other] { $n } rows
}
item-import-check = Check the import: { $a }
item-import-digest = Digest of the file
item-unit = items
item-points-unit = points
item-importance-core = core
item-importance-general = general
item-importance-auxiliary = supporting
item-import-columns = Columns of the first row: { $a }
