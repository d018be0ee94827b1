//! What an operator does: make, back up, restore, verify.
use testkit::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_restores_into_an_empty_folder_and_the_log_verifies() {
    for mut server in Server::each(env!("CARGO_BIN_EXE_kaogong"), "2021-03-16 09:00").await {
        tokio::task::block_in_place(|| drill(&mut server));
    }
}

fn drill(server: &mut Server) {
    drop(server.staff("province1"));
    let place = server.data().with_extension("backup");
    let keys = server.data().with_extension("backup-keys");
    let (to, keys_to) = (place.display().to_string(), keys.display().to_string());
    let (done, said) = server.command(&["backup", "--to", &to, "--keys-to", &keys_to]);
    assert!(done, "{}: {said}", server.engine);
    let secret = std::fs::read_to_string(keys.join("person.key")).unwrap();
    let secret = secret.lines().nth(1).unwrap();
    assert!(!contains(&place, secret.as_bytes()), "no secret key is in the backup itself");

    let restored = server.data().with_extension("restored");
    let database =
        tokio::runtime::Handle::current().block_on(testkit::empty_database(server.engine, &restored));
    let at = restored.display().to_string();
    let restore = ["restore", "--from", &to, "--keys-from", &keys_to, "--data", &at, "--database", &database];

    // A backup with one changed byte is refused before anything is put anywhere.
    let tile = place.join("log.pub");
    let whole = std::fs::read(&tile).unwrap();
    std::fs::write(&tile, [&whole[..], b"x"].concat()).unwrap();
    let (done, said) = server.bare_command(&restore);
    assert!(!done && said.contains("log.pub changed"), "{}: {said}", server.engine);
    assert!(!restored.exists());
    std::fs::write(&tile, whole).unwrap();

    let (done, said) = server.bare_command(&restore);
    assert!(done, "{}: {said}", server.engine);
    let (done, said) = server.bare_command(&["verify", "log", "--data", &at, "--database", &database]);
    assert!(done && said.contains("the log is whole"), "{}: {said}", server.engine);
    let (done, _) = server.bare_command(&restore);
    assert!(!done, "a restore never overwrites");
}

fn contains(folder: &std::path::Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return contains(&path, needle);
        }
        std::fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_makes_two_administrators_and_no_third() {
    for server in Server::each(env!("CARGO_BIN_EXE_kaogong"), "2021-03-16 09:00").await {
        tokio::task::block_in_place(|| {
            let (done, said) =
                server.command(&["administrator", "third", "--name", "丙", "--organisation", "/demo"]);
            assert!(!done && said.contains("two administrators already"), "{}: {said}", server.engine);
            let data = server.data().with_extension("founding");
            let at = data.display().to_string();
            let database =
                tokio::runtime::Handle::current().block_on(testkit::empty_database(server.engine, &data));
            let place = ["--data", &at, "--database", &database];
            let (done, said) = server.bare_command(&[&["init"][..], &place[..]].concat());
            assert!(done, "{}: {said}", server.engine);
            let found = |login: &str, organisation: &str| {
                let made = ["administrator", login, "--name", "甲", "--organisation", organisation];
                server.bare_command(&[&made[..], &place[..]].concat())
            };
            let (done, said) = found("first", "/nowhere");
            assert!(
                !done && said.contains("there is no organisation at /nowhere"),
                "{}: {said}",
                server.engine
            );
            let (done, said) = found("First One", "/demo");
            assert!(!done && said.contains("small letters"), "{}: {said}", server.engine);
            for (login, makes) in [("first", true), ("first", false), ("second", true), ("third", false)] {
                let (done, said) = found(login, "/demo");
                assert_eq!(done, makes, "{login} on {}: {said}", server.engine);
                assert_eq!(said.contains("/activations/"), makes, "{login} on {}: {said}", server.engine);
            }
        });
    }
}
