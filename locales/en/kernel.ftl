# Why a value was not accepted: what is wrong, and what to do.
value-day = A day is written like 2021-05-22 and must exist in the calendar; please correct it.
value-time = A time is written like 2021-05-22 09:00; please correct it.
value-score = A score is a number from 0 to 100 with at most two decimals; please correct it.
value-money = An amount is a number of yuan, not below zero, with at most two decimals; please correct it.
value-level-code = A level code is 1 to 8 letters or digits; please take it from the list of levels.
value-occupation-code = An occupation code is 1 to 32 letters, digits or hyphens, such as 4-07-03-04; please take it from the list of occupations.
value-batch-code = A batch code is 1 to 32 letters, digits or hyphens, such as 2021-01; please correct it.
value-admission-number = An admission number is 1 to 32 letters, digits or hyphens; please copy it from the admission ticket.
value-org-path = An organisation path is slashes with small letters, digits and hyphens between, such as /demo/nancheng; please correct it.
value-digest = A digest is 64 small hexadecimal digits; please copy it in full.
value-name-empty = The name is empty; please write it as it stands on the identity document.
value-name-long = The name is longer than 60 characters; please compare it with the identity document.
value-name-control = The name holds a character that cannot be seen; please delete the name and type it again.
value-name-formula = The name begins with a sign such as = or + that spreadsheets run as a formula; please delete that sign.
value-phone = A mobile number is 11 digits beginning with 1; please check it.
value-id-length = An ID number has 18 characters; please count them on the document.
value-id-character = An ID number is 17 digits followed by a digit or X and does not begin with 0; please compare it with the document.
value-id-birth-date = Characters 7 to 14 of the ID number are not a birth date that exists; please compare them with the document.
value-id-check-digit = The last character of the ID number does not fit the others, so one of them is probably mistyped; please compare them with the document one by one.
value-site-code = An organisation's code is one capital letter and 12 digits; please copy it from the filing.
value-certificate-number = A certificate number has 22 characters: 13 of the organisation's code, 2 digits of the year, 1 of the level, 6 of the serial; please compare it with the certificate.
value-certificate-year = The year in a certificate number lies between 2000 and 2099; please check the day of issue.
value-certificate-level = The level in a certificate number is one digit from 1 to 9 or one capital letter; please check the level.
value-certificate-serial = The serial of a certificate number lies between 000001 and 999999; please check its last six digits.
value-calendar-header = The calendar file is empty, or its first line is not date,kind,name,source; please add that line and the days below it.
value-calendar-line = A line of the calendar file is not a day, then holiday or working_day, then a name and a source; please correct that line.
value-calendar-twice = The same day stands twice in the calendar file; please keep one of the two lines.
