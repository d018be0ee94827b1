-- The photo belongs to the person and may change in another batch; an application keeps the one it
-- was decided on. Digest of the sealed file as in person_photo: set when the application is accepted
-- (empty when it was accepted without a photo) or returned, none while it waits or was refused.
ALTER TABLE application ADD COLUMN reviewed_photo TEXT;

-- What stands accepted was accepted with the photo there is.
UPDATE application SET reviewed_photo =
    (SELECT person_photo.digest FROM person_photo WHERE person_photo.person_id = application.person_id)
WHERE EXISTS (SELECT 1 FROM admission WHERE admission.application_id = application.id
    AND admission.application_version = application.version
    AND admission.state IN ('accepted', 'paid', 'admitted'));
