//! Photos by the zip and one by one: encoded again, found by serial, kept once.
use std::io::{Cursor, Write};

use axum::http::StatusCode;
use image::{DynamicImage, ImageFormat, RgbImage};
use registration::ApplicationStatus;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::house::{House, ROSTER};

fn picture(format: ImageFormat, width: u32, height: u32, hue: u8) -> Vec<u8> {
    let image = RgbImage::from_pixel(width, height, image::Rgb([hue, 120, 90]));
    let mut bytes = Vec::new();
    DynamicImage::from(image).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A JPEG with an Exif block that names a place.
fn with_place() -> Vec<u8> {
    let jpeg = picture(ImageFormat::Jpeg, 300, 420, 10);
    let exif = b"Exif\0\0SECRET-PLACE";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, exif, &jpeg[2..]].concat()
}

pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_zip_of_photos_is_kept_by_serial_and_changes_nothing_the_second_time() {
    let bytes = archive(&[
        ("1.jpg", &with_place()),
        ("photos/0002.PNG", &picture(ImageFormat::Png, 1200, 1680, 30)),
        ("../../3.jpeg", &picture(ImageFormat::Jpeg, 480, 672, 50)),
        ("4.jpg", b"no picture"),
        ("99.jpg", &picture(ImageFormat::Jpeg, 30, 42, 70)),
        ("portrait.jpg", &picture(ImageFormat::Jpeg, 30, 42, 70)),
        ("5.png", &picture(ImageFormat::Png, 9000, 2, 70)),
        ("__MACOSX/1.jpg", b"x"),
    ]);
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let page = house.send_file(&registrar, "/batches/2021-01/photos", "file", "p.zip", &bytes).await;
        assert_eq!(page.status, StatusCode::OK, "{engine}: {:?}", page.keys);
        assert!(page.body.contains("新存 3 张"), "{engine}");
        let refused: Vec<(String, bool)> =
            page.rows().into_iter().map(|row| (row[0].clone(), row[1].starts_with("photo-"))).collect();
        let names = ["4.jpg", "99.jpg", "portrait.jpg", "5.png"].map(|name| (name.to_owned(), false));
        assert_eq!(refused, names, "{engine}");
        let again = house.send_file(&registrar, "/batches/2021-01/photos", "file", "p.zip", &bytes).await;
        assert!(again.body.contains("新存 0 张") && again.body.contains("相同未变 3 张"), "{engine}");

        let rows = house.applications().await;
        for (application, size) in rows.iter().zip([(300, 420), (480, 672), (480, 672)]) {
            let address = format!("/batches/2021-01/applications/{}/photo", application.id);
            let photo = house.get(&registrar, &address).await;
            let image = image::load_from_memory_with_format(&photo.bytes, ImageFormat::Jpeg).unwrap();
            assert_eq!((image.width(), image.height()), size, "{engine}");
            assert!(!photo.body.contains("SECRET-PLACE"), "{engine}");
        }
        let address = format!("/batches/2021-01/applications/{}/photo", rows[3].id);
        assert_eq!(house.get(&registrar, &address).await.status, StatusCode::NOT_FOUND, "{engine}");
        let mut tx = house.env.db.read().await.unwrap();
        let kept = trail::find(&mut tx, "photo.keep", ("application", rows[0].id.as_str())).await.unwrap();
        assert_eq!(kept.len(), 1, "{engine}: the same picture again is no event");
        let file = registration::photo_digest(&mut tx, &rows[0]).await.unwrap().unwrap();
        assert!(kept[0].payload.contains(&file), "{engine}: the trail names the file: {}", kept[0].payload);
    }
}

#[tokio::test]
async fn a_zip_that_grows_too_much_or_is_none_keeps_nothing() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let bomb = archive(&[("1.jpg", &vec![0; 20 << 20])]);
        let many: Vec<String> = (1..=2001).map(|serial| format!("{serial}.jpg")).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
        let many = archive(&many);
        for (file, key) in [
            (bomb.as_slice(), "photos-too-large"),
            (many.as_slice(), "photos-too-many"),
            (b"no zip".as_slice(), "photos-not-zip"),
        ] {
            let answer = house.send_file(&registrar, "/batches/2021-01/photos", "file", "p.zip", file).await;
            assert_eq!(answer.keys, [key], "{engine}");
        }
    }
}

#[tokio::test]
async fn an_applicant_keeps_and_sees_their_own_portrait_and_nobody_else_does() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let id = house.applications().await[0].id.to_string();
        let (owner, stranger) = (house.candidate("19900000001"), house.candidate("19900000002"));
        let upload = format!("/my/applications/{id}/photo");
        let jpeg = picture(ImageFormat::Jpeg, 480, 672, 90);
        let refused = house.send_file(&stranger, &upload, "photo", "me.jpg", &jpeg).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{engine}");
        let kept = house.send_file(&owner, &upload, "photo", "me.jpg", &jpeg).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{engine}: {:?}", kept.keys);
        let no_picture = house.send_file(&owner, &upload, "photo", "me.jpg", b"GIF89a").await;
        assert_eq!(no_picture.keys, ["photo-not-a-picture"], "{engine}");
        let photo = format!("/my/photo/{id}");
        assert_eq!(house.get(&owner, &photo).await.status, StatusCode::OK, "{engine}");
        assert_eq!(house.get(&stranger, &photo).await.status, StatusCode::NOT_FOUND, "{engine}");
        assert_eq!(house.get(&registrar, &photo).await.status, StatusCode::NOT_FOUND, "{engine}");
    }
}

#[tokio::test]
async fn an_accepted_application_keeps_the_photo_that_was_reviewed() {
    let first = picture(ImageFormat::Jpeg, 300, 420, 10);
    let other = picture(ImageFormat::Jpeg, 240, 336, 200);
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let me = house.candidate("19900000001");
        let id = house.applications().await[0].id.to_string();
        let upload = format!("/my/applications/{id}/photo");
        let kept = house.send_file(&me, &upload, "photo", "me.jpg", &first).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{engine}: {:?}", kept.keys);
        house.settle(&house.application(&id).await, ApplicationStatus::Submitted).await;
        let reviewed = house.get(&me, &format!("/my/photo/{id}")).await.bytes;

        let refused = house.send_file(&me, &upload, "photo", "me.jpg", &other).await;
        assert_eq!(refused.keys, ["registration-photo-reviewed"], "{engine}");
        let mine = house.get(&me, &format!("/my/applications/{id}")).await;
        assert!(!mine.body.contains(&format!("action=\"{upload}\"")), "{engine}: nothing is offered");
        let zip = archive(&[("1.jpg", &other)]);
        let page = house.send_file(&registrar, "/batches/2021-01/photos", "file", "p.zip", &zip).await;
        assert!(page.body.contains("新存 0 张") && page.body.contains("审核通过"), "{engine}");
        // The very photo again is no change, so it is no mistake either.
        let same = house.send_file(&me, &upload, "photo", "me.jpg", &first).await;
        assert_eq!(same.status, StatusCode::SEE_OTHER, "{engine}: {:?}", same.keys);

        // Another batch changes the person's photo: this application shows the one that was reviewed.
        let application = house.application(&id).await;
        let (env, person) = (&house.env, &application.person_id);
        let mut tx = env.db.write().await.unwrap();
        let kept =
            person::keep_photo(&mut tx, &env.vault, &*env.entropy, &env.blobs, person, &other, env.now());
        assert!(kept.await.unwrap().is_some(), "{engine}");
        tx.commit().await.unwrap();
        assert_eq!(house.get(&me, &format!("/my/photo/{id}")).await.bytes, reviewed, "{engine}");
        let mut tx = env.db.read().await.unwrap();
        let printed = registration::photo(&mut tx, &env.vault, &env.blobs, &application).await.unwrap();
        assert_eq!(printed.unwrap(), reviewed, "{engine}: what later stages print");
        drop(tx);

        // Given back, the photo is the applicant's again.
        house.settle(&application, ApplicationStatus::Returned).await;
        assert_eq!(house.get(&me, &format!("/my/photo/{id}")).await.bytes, other, "{engine}");
        let third = picture(ImageFormat::Jpeg, 120, 168, 90);
        let kept = house.send_file(&me, &upload, "photo", "me.jpg", &third).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{engine}: {:?}", kept.keys);
    }
}

#[tokio::test]
async fn the_first_photo_of_an_application_accepted_without_one_is_reviewed() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let id = house.applications().await[0].id.to_string();
        house.settle(&house.application(&id).await, ApplicationStatus::Submitted).await;
        let accepted = house.application(&id).await.version;
        let zip = archive(&[("1.jpg", &picture(ImageFormat::Jpeg, 300, 420, 10))]);
        let page = house.send_file(&registrar, "/batches/2021-01/photos", "file", "p.zip", &zip).await;
        assert!(page.body.contains("新存 1 张"), "{engine}");
        // A version of its own: the decision made on an earlier one does not count any more.
        assert_eq!(house.application(&id).await.version, accepted + 1, "{engine}");
    }
}

#[tokio::test]
async fn a_point_hands_in_again_what_was_given_back_for_its_photo_alone() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let point = house.applications().await[0].point_path.to_string();
        let other = ["/demo/nancheng", "/demo/yuntai"].into_iter().find(|node| !point.starts_with(node));
        let elsewhere = house.registrar("elsewhere", other.unwrap()).await;
        let photo = |hue| archive(&[("1.jpg", &picture(ImageFormat::Jpeg, 300, 420, hue))]);
        house.send_file(&registrar, "/batches/2021-01/photos", "file", "p.zip", &photo(10)).await;
        let id = house.applications().await[0].id.to_string();
        let page = format!("/batches/2021-01/applications/{id}");
        let address = format!("{page}/resubmission");
        let early = house.post(&registrar, &address, &[("seen_version", "1")]).await;
        assert_eq!(early.keys, ["registration-not-returned"], "{engine}");

        house.settle(&house.application(&id).await, ApplicationStatus::Returned).await;
        let same = house.post(&registrar, &address, &[("seen_version", "2")]).await;
        assert_eq!(same.keys, ["registration-nothing-new"], "{engine}");
        assert!(
            !house.get(&registrar, &page).await.body.contains(&format!("action=\"{address}\"")),
            "{engine}"
        );

        house.send_file(&registrar, "/batches/2021-01/photos", "file", "p.zip", &photo(99)).await;
        assert!(
            house.get(&registrar, &page).await.body.contains(&format!("action=\"{address}\"")),
            "{engine}"
        );
        let theirs = house.post(&elsewhere, &address, &[("seen_version", "2")]).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{engine}");
        let stale = house.post(&registrar, &address, &[("seen_version", "1")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{engine}");
        let done = house.post(&registrar, &address, &[("seen_version", "2")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}: {:?}", done.keys);
        let after = house.application(&id).await;
        assert_eq!((after.status, after.version), (ApplicationStatus::Submitted, 3), "{engine}");
        let mut tx = house.env.db.read().await.unwrap();
        let again = trail::find(&mut tx, "application.resubmit", ("application", &id)).await.unwrap();
        assert!(again.len() == 1 && again[0].payload.contains("[\"photo\"]"), "{engine}");
    }
}
