-- More kinds of bodies, and their filing no longer among them.
ALTER TABLE organisation DROP CONSTRAINT organisation_kind_check;
ALTER TABLE organisation ADD CONSTRAINT organisation_kind_check CHECK (kind IN
    ('authority', 'association', 'enterprise', 'college', 'special_ability_body', 'subsidiary', 'leading_centre',
     'management_centre', 'certification_centre', 'evaluation_centre', 'head_station', 'base', 'city_centre',
     'exam_site', 'registration_point'));
ALTER TABLE organisation DROP COLUMN site_code;
ALTER TABLE organisation DROP COLUMN filed_from;
ALTER TABLE organisation DROP COLUMN filed_to;
ALTER TABLE organisation DROP COLUMN filing_document;
